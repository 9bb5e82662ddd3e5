//! The files of a new project.

/// A path in the project, and the template of the file. `{{name}}` is replaced with the name of the project, `{{asl-…}}` with a
/// dependency, `{{asl-… emulator}}` with one that has a feature.
///
/// Cargo excludes a folder with a `Cargo.toml` of its own from a package, hence the name with `.template`.
pub(super) type File = (&'static str, &'static str);

/// A workflow in one invocation.
pub(super) const EXPRESS: &[File] = &[
    ("Cargo.toml", include_str!("../../../templates/new/Cargo.toml.template")),
    (".gitignore", include_str!("../../../templates/new/gitignore.template")),
    ("README.md", include_str!("../../../templates/new/README.md.template")),
    ("workflow.asl.json", include_str!("../../../templates/new/workflow.asl.json")),
    ("workflow.test.yaml", include_str!("../../../templates/new/workflow.test.yaml")),
    ("template.yaml", include_str!("../../../templates/new/template.yaml")),
    ("events/direct.json", include_str!("../../../templates/new/events/direct.json")),
    ("events/http-api.json", include_str!("../../../templates/new/events/http-api.json")),
    ("src/main.rs", include_str!("../../../templates/new/src/main.rs")),
    ("src/tasks.rs", include_str!("../../../templates/new/src/tasks.rs")),
    ("src/tests.rs", include_str!("../../../templates/new/src/tests.rs")),
];

/// A workflow that waits for people, in a durable function. asl-lambda builds its sources as the example `order-approval`.
pub(super) const DURABLE: &[File] = &[
    ("Cargo.toml", include_str!("../../../templates/durable/Cargo.toml.template")),
    (".gitignore", include_str!("../../../templates/new/gitignore.template")),
    ("README.md", include_str!("../../../templates/durable/README.md.template")),
    ("workflow.asl.json", include_str!("../../../templates/durable/workflow.asl.json")),
    ("workflow.substitutions.json", include_str!("../../../templates/durable/workflow.substitutions.json")),
    ("workflow.test.yaml", include_str!("../../../templates/durable/workflow.test.yaml")),
    ("template.yaml", include_str!("../../../templates/durable/template.yaml")),
    ("events/http-api.json", include_str!("../../../templates/durable/events/http-api.json")),
    ("src/main.rs", include_str!("../../../templates/durable/src/main.rs")),
    ("src/tasks.rs", include_str!("../../../templates/durable/src/tasks.rs")),
    ("src/tests.rs", include_str!("../../../templates/durable/src/tests.rs")),
];
