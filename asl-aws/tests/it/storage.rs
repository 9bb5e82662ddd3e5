//! S3 as the object store of distributed Maps.

use asl_aws::{Aws, Config};
use asl_engine::{Failure, ObjectPage, ObjectPart, ObjectStore, UploadPart};
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

/// Some bytes of an object, as S3 responds to a request for a range.
fn part(request: &Request, object: &[u8]) -> (&'static str, Vec<u8>) {
    let range = request.header("range").and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let (from, to) = range.expect("a range");
    let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
    if from >= object.len() {
        return ("416 Range Not Satisfiable", b"<Error><Code>InvalidRange</Code></Error>".to_vec());
    }
    let to = to.min(object.len() - 1);
    let head =
        format!("206 Partial Content\r\netag: \"e\"\r\ncontent-range: bytes {from}-{to}/{}", object.len());
    (head.leak(), object[from..=to].to_vec())
}

#[tokio::test]
async fn large_objects_are_read_in_parts() {
    const MIB: usize = 1 << 20;
    let key = arguments(json!({"Bucket": "b", "Key": "k"}));
    let object: Vec<u8> = (0..20 * MIB).map(|place| (place / 1000) as u8).collect();
    let kept = object.clone();
    let server = Server::start_bytes(None, move |request| part(request, &kept)).await;
    assert!(aws(&server).get(&key, 1 << 30).await.unwrap() == object);
    let asked: Vec<_> =
        server.requests().iter().map(|request| request.header("range").unwrap().to_owned()).collect();
    assert_eq!(asked, ["bytes=0-8388607", "bytes=8388608-16777215", "bytes=16777216-25165823"]);
    let tags: Vec<_> =
        server.requests().iter().map(|request| request.header("if-match").map(str::to_owned)).collect();
    assert_eq!(tags, [None, Some("\"e\"".to_owned()), Some("\"e\"".to_owned())]);
    // One byte more than the limit shows that the object is too large.
    for most in [0, 1, 9 * MIB, 20 * MIB - 1, 20 * MIB] {
        let found = aws(&server).get(&key, most as u64).await.unwrap();
        assert_eq!(found.len(), object.len().min(most + 1), "{most}");
        assert!(object.starts_with(&found));
    }

    let empty = Server::start_bytes(None, |request| part(request, b"")).await;
    assert_eq!(aws(&empty).get(&key, 1 << 30).await.unwrap(), b"");
    // A store without ranges.
    let kept = object.clone();
    let whole = Server::start_bytes(None, move |_| ("200 OK", kept.clone())).await;
    assert!(aws(&whole).get(&key, 1 << 30).await.unwrap() == object);
    assert_eq!(aws(&whole).get(&key, 1000).await.unwrap().len(), 1001);
}

#[tokio::test]
async fn an_object_that_changes_is_not_read_in_parts() {
    let key = arguments(json!({"Bucket": "b", "Key": "k"}));
    let server = Server::start_bytes(None, |request| match request.header("if-match") {
        None => part(request, &vec![b'a'; 9 << 20]),
        Some(_) => ("412 Precondition Failed", b"<Error><Code>PreconditionFailed</Code></Error>".to_vec()),
    });
    let failed = aws(&server.await).get(&key, 1 << 30).await.expect_err("a failure");
    assert_eq!(failed.error.as_deref(), Some("S3.S3Exception"));
}

#[tokio::test]
async fn parts_are_read_as_they_are_wanted() {
    const MIB: u64 = 1 << 20;
    let key = arguments(json!({"Bucket": "b", "Key": "k"}));
    let object: Vec<u8> = (0..20 * MIB).map(|place| (place / 1000) as u8).collect();
    let kept = object.clone();
    let server = Server::start_bytes(None, move |request| part(request, &kept)).await;
    let aws = aws(&server);
    let (mut read, mut tag) = (Vec::new(), None);
    while (read.len() as u64) < 20 * MIB {
        let part = aws.read(&key, read.len() as u64..u64::MAX, tag.as_ref()).await.unwrap();
        assert_eq!((part.total_bytes, part.tag.as_deref()), (20 * MIB, Some("\"e\"")));
        read.extend_from_slice(&part.bytes);
        tag = part.tag;
    }
    assert!(read == object);
    assert_eq!(server.requests().len(), 3);
    let some = aws.read(&key, 7..20, tag.as_ref()).await.unwrap();
    assert_eq!(some.bytes, object.get(7..20).unwrap());

    let empty = Server::start_bytes(None, |request| part(request, b"")).await;
    assert_eq!(self::aws(&empty).read(&key, 0..1000, None).await.unwrap(), ObjectPart::default());
    // A store without ranges.
    let whole = Server::start_bytes(None, |_| ("200 OK", b"abcdef".to_vec())).await;
    let part = self::aws(&whole).read(&key, 2..100, None).await.unwrap();
    assert_eq!((part.bytes.as_slice(), part.total_bytes), (&b"cdef"[..], 6));
}

#[tokio::test]
async fn a_part_of_another_object_is_not_read() {
    let key = arguments(json!({"Bucket": "b", "Key": "k"}));
    let changed = "<Error><Code>PreconditionFailed</Code></Error>";
    let server = Server::start(move |_| ("412 Precondition Failed", changed.into())).await;
    let failed = aws(&server).read(&key, 5..10, Some(&"\"e\"".into())).await.expect_err("a failure");
    assert_eq!(failed.cause.as_deref(), Some("the object has changed while it was read"));
    let denied = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let server = Server::start(move |_| ("403 Forbidden", denied.into())).await;
    let failed = aws(&server).read(&key, 0..10, None).await.expect_err("a failure");
    let cause = failed.cause.unwrap_or_default();
    assert!(cause.starts_with("Access Denied (Service: S3, Status Code: 403"), "{cause}");
}

#[tokio::test]
async fn objects_are_written_in_parts() {
    const BEGUN: &str =
        "<InitiateMultipartUploadResult><UploadId>u-1</UploadId></InitiateMultipartUploadResult>";
    const FINISHED: &str =
        "<CompleteMultipartUploadResult><ETag>&quot;e-1&quot;</ETag></CompleteMultipartUploadResult>";
    let server = Server::start(|request| {
        let is_part = request.line.contains("partNumber");
        let is_end = request.line.starts_with("POST") && request.line.contains("uploadId");
        let body = if is_end { FINISHED } else { BEGUN };
        (if is_part { "200 OK\r\netag: \"p\"" } else { "200 OK" }, body.into())
    });
    let server = server.await;
    let (aws, object) = (aws(&server), arguments(json!({"Bucket": "b", "Key": "x/y.json"})));
    let upload = aws.begin_upload(&object).await.unwrap().expect("an upload");
    let part = UploadPart::new(1, 0, "[1,".to_owned());
    let tag = aws.upload(&object, &upload, part).await.unwrap();
    assert_eq!(tag, "\"p\"");
    aws.finish_upload(&object, &upload, &[tag]).await.unwrap();
    aws.abandon_upload(&object, &upload).await;
    let lines: Vec<String> = server.requests().iter().map(|request| request.line.clone()).collect();
    assert_eq!(
        lines,
        [
            "POST /b/x/y.json?uploads",
            "PUT /b/x/y.json?partNumber=1&uploadId=u-1",
            "POST /b/x/y.json?uploadId=u-1",
            "DELETE /b/x/y.json?uploadId=u-1"
        ]
    );
    assert_eq!(server.requests()[1].body, "[1,");
    assert!(
        server.requests()[2]
            .body
            .contains("<Part><ETag>&quot;p&quot;</ETag><PartNumber>1</PartNumber></Part>"),
        "{}",
        server.requests()[2].body
    );
}

/// S3 begins its response with status 200 before it knows whether the parts become an object.
#[tokio::test]
async fn an_upload_that_does_not_become_an_object_fails() {
    const ERROR: &str = "<Error><Code>InternalError</Code><Message>We encountered an internal error. \
                         Please try again.</Message></Error>";
    let object = arguments(json!({"Bucket": "b", "Key": "k"}));
    for (body, cause) in [
        (ERROR, "S3 has not made an object of the parts of the upload"),
        ("", "S3 has not made an object of the parts of the upload"),
    ] {
        let server = Server::start(move |_| ("200 OK", body.into())).await;
        let finished = aws(&server).finish_upload(&object, &"u-1".into(), &["\"p\"".into()]).await;
        let Failure { error, cause: found, .. } = finished.expect_err("a failure");
        assert_eq!(
            (error.as_deref(), found.as_deref()),
            (Some("S3.SdkClientException"), Some(cause)),
            "{body}"
        );
    }
    let server = Server::start(|_| ("200 OK", String::new())).await;
    let sent = aws(&server).upload(&object, &"u-1".into(), UploadPart::new(1, 0, "[1,".to_owned())).await;
    let cause = sent.expect_err("a failure").cause;
    assert_eq!(cause.as_deref(), Some("the response to a part of the upload has no ETag"));
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
