//! [`Bodies`]: reads request bodies within limits of size, time and memory.

use std::sync::Arc;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connections::Connections;
use crate::error::ApiError;
use crate::quotas::Quotas;

/// Reads bodies. The bytes of all bodies that are being read or parsed are limited.
pub(super) struct Bodies {
    bytes: Arc<Semaphore>,
    connections: Arc<Connections>,
    quotas: Quotas,
}

/// A body. Its bytes count until this is dropped.
#[derive(Default)]
pub(super) struct ReadBody {
    pub(super) bytes: Vec<u8>,
    held: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    pub(super) fn new(quotas: Quotas, connections: Arc<Connections>) -> Bodies {
        let most = quotas.waiting_bytes.clamp(quotas.request_bytes, Semaphore::MAX_PERMITS);
        Bodies { bytes: Arc::new(Semaphore::new(most)), connections, quotas }
    }

    /// Reads a whole body.
    pub(super) async fn read(&self, body: Incoming) -> Result<ReadBody, ApiError> {
        let time = self.quotas.request_time;
        let read = tokio::time::timeout(time, self.collect(body)).await;
        read.unwrap_or_else(|_| {
            let message = format!("the request was not complete after {} s", time.as_secs_f64());
            Err(ApiError::new("RequestTimeoutException", message).status(408))
        })
    }

    async fn collect(&self, mut body: Incoming) -> Result<ReadBody, ApiError> {
        let mut read = ReadBody::default();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| ApiError::new("SerializationException", error.to_string()))?;
            let Ok(data) = frame.into_data() else { continue };
            if read.bytes.len().saturating_add(data.len()) > self.quotas.request_bytes {
                let message = format!("the request has more than {} bytes", self.quotas.request_bytes);
                return Err(ApiError::new("RequestEntityTooLargeException", message).status(413));
            }
            self.hold(&mut read, data.len()).await?;
            read.bytes.extend_from_slice(&data);
        }
        Ok(read)
    }

    /// Reserves memory for a part of a body. If none is left, closes the connection that has waited longest.
    async fn hold(&self, read: &mut ReadBody, bytes: usize) -> Result<(), ApiError> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let held = match Arc::clone(&self.bytes).try_acquire_many_owned(bytes) {
            Ok(held) => held,
            Err(_) => {
                self.connections.close_longest_waiting();
                let held = Arc::clone(&self.bytes).acquire_many_owned(bytes).await;
                held.map_err(|error| ApiError::new("ThrottlingException", error.to_string()))?
            }
        };
        match &mut read.held {
            Some(sum) => sum.merge(held),
            none => *none = Some(held),
        }
        Ok(())
    }
}
