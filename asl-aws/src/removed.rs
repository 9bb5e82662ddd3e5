//! Services that once had SDK integrations. They are not in the service table, which `cargo xtask service-table` writes.

/// Named as in ARNs.
///
/// Observed: Elastic Transcoder, Lex V1, Lookout for Metrics, OpsWorks, QLDB, RoboMaker and WorkLink have been removed. AWS's
/// page lists the others or used to, and AWS's SDKs no longer have them.
pub(crate) static REMOVED: &[&str] = &[
    "alexaforbusiness",
    "apptest",
    "backupstorage",
    "codestar",
    "elasticinference",
    "elastictranscoder",
    "evidently",
    "finspace",
    "finspacedata",
    "gamesparks",
    "honeycode",
    "iotanalytics",
    "iotevents",
    "ioteventsdata",
    "iotfleethub",
    "iotroborunner",
    "lexmodelbuilding",
    "lexruntime",
    "lookoutmetrics",
    "lookoutvision",
    "macie",
    "mobile",
    "nimble",
    "opsworks",
    "opsworkscm",
    "panorama",
    "privatenetworks",
    "qldb",
    "qldbsession",
    "robomaker",
    "simspaceweaver",
    "sms",
    "tnb",
    "worklink",
];
