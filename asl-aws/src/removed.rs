//! Services that SDK integrations had once: no part of the service table, which `cargo xtask service-table` writes.

/// As ARNs have them.
///
/// Observed: Elastic Transcoder, Lex V1, Lookout for Metrics, OpsWorks, QLDB, RoboMaker and WorkLink have been removed. AWS's
/// page lists the others, or listed them once, and AWS's SDKs have them no longer.
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
