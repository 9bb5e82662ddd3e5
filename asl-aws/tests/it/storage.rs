//! S3 as the storage of distributed Maps.

use asl_aws::{Aws, Config};
use asl_engine::{Failure, ObjectPage, ObjectStore};
use asl_value::{Object, Value, json};

use crate::server::{Answer, Request, Server};

fn aws(server: &Server) -> Aws {
    let variables = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", &server.url),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "hush"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Aws::new(Config::from_variables(variables).unwrap())
}

fn arguments(arguments: Value) -> Object {
    arguments.as_object().unwrap().clone()
}

#[tokio::test]
async fn objects_are_read_as_they_are() {
    let server = Server::start(|_| ("200 OK", "a,b\n1,\"ü\"\n".into())).await;
    let object = arguments(json!({"Bucket": "b", "Key": "x/y.csv", "VersionId": "v"}));
    assert_eq!(aws(&server).get(&object, u64::MAX).await.unwrap(), "a,b\n1,\"ü\"\n".as_bytes());
    let [request] = &server.requests()[..] else { panic!("one request") };
    assert_eq!(request.line, "GET /b/x/y.csv?versionId=v");
}

#[tokio::test]
async fn texts_are_written() {
    let server = Server::start(|_| ("200 OK", String::new())).await;
    let object = arguments(json!({"Bucket": "b", "Key": "x/manifest.json"}));
    aws(&server).put(&object, "{}".to_owned()).await.unwrap();
    let [request] = &server.requests()[..] else { panic!("one request") };
    assert_eq!((request.line.as_str(), request.body.as_str()), ("PUT /b/x/manifest.json", "{}"));
}

#[tokio::test]
async fn objects_are_listed_page_by_page() {
    const FIRST: &str = "<ListBucketResult><Contents><Key>p/1</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>\
         <ETag>&quot;e&quot;</ETag><Size>7</Size><StorageClass>STANDARD</StorageClass></Contents>\
         <IsTruncated>true</IsTruncated><NextContinuationToken>more</NextContinuationToken></ListBucketResult>";
    const LAST: &str = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
    let answer = |request: &Request| -> Answer {
        let is_last = request.line.contains("continuation-token=more");
        ("200 OK", if is_last { LAST.into() } else { FIRST.into() })
    };
    let server = Server::start(answer).await;
    let aws = aws(&server);
    let bucket = arguments(json!({"Bucket": "b", "Prefix": "p/"}));
    let page = aws.list(&bucket, None).await.unwrap();
    let object = json!({
        "Etag": "\"e\"", "Key": "p/1", "LastModified": 1704067200.0, "Size": 7, "StorageClass": "STANDARD"
    });
    assert_eq!(page.objects[0].to_json(), object.to_json());
    let rest = aws.list(&bucket, page.next.as_ref()).await.unwrap();
    assert_eq!(rest, ObjectPage::default());
    assert_eq!(server.requests()[0].line, "GET /b?list-type=2&prefix=p%2F");
}

#[tokio::test]
async fn a_missing_object_is_said_to_be() {
    const NONE: &str =
        "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>";
    let server = Server::start(|_| ("404 Not Found", NONE.into())).await;
    let object = arguments(json!({"Bucket": "b", "Key": "k"}));
    let Failure { error, cause, .. } = aws(&server).get(&object, u64::MAX).await.unwrap_err();
    assert_eq!(error.as_deref(), Some("S3.NoSuchKeyException"));
    assert!(cause.unwrap().starts_with("The specified key does not exist. (Service: S3, Status Code: 404"));
}
