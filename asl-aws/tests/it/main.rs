//! The integration tests of asl-aws.

use asl_aws::Aws;

#[test]
fn handlers_are_shared() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Aws>();
}
