//! Every case of the suite, run with a journal and then from it.

use std::path::Path;

use asl_tests::{Case, files};

#[tokio::test(start_paused = true)]
async fn cases_are_replayed_from_their_journals() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/suite"));
    let (mut failures, mut replayed) = (Vec::new(), 0);
    for path in files(folder).unwrap() {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        let case = Case::read(&path).unwrap();
        let ran = case.run_journalled().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let Some(ran) = ran else { continue };
        replayed += 1;
        match case.replay(&ran.journals).await {
            Ok(again) if again == ran => {}
            Ok(again) => failures.push(format!("{name}: {ran:#?} {again:#?}")),
            Err(error) => failures.push(format!("{name}: {error}\n{}", ran.journals.join("\n"))),
        }
    }
    assert!(failures.is_empty(), "{} of {replayed} cases\n\n{}", failures.len(), failures.join("\n\n"));
}
