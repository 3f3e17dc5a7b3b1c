//! Photos of paper study go up, by the upload core.

use hotaru_content::blob::BlobRef;

use super::lane::{Event, Next, Shared};
use super::{Config, StoreAnswer, StoreOp, SyncFault};
use crate::upload::{Effect, Input, Job, Upload, UploadError};

#[derive(Debug)]
pub(super) struct PhotosLane {
    patience: u32,
    seed: u64,
    photos: Vec<BlobRef>,
    upload: Option<Upload>,
}

impl PhotosLane {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            patience: config.patience,
            seed: config.seed,
            photos: Vec::new(),
            upload: None,
        }
    }

    pub(super) fn step(&mut self, event: Event, shared: &mut Shared) -> Result<Next, SyncFault> {
        let Some(upload) = &mut self.upload else {
            return Ok(match event {
                Event::Go if self.photos.is_empty() => Next::Store(StoreOp::PhotosOwed),
                Event::Store(Ok(StoreAnswer::Photos(photos))) if !photos.is_empty() => {
                    self.photos.clone_from(&photos);
                    let job = Job {
                        blobs: photos,
                        publish: None,
                    };
                    let upload = self
                        .upload
                        .insert(Upload::new(job, self.patience, self.seed));
                    let effects = upload.step(Input::Go);
                    return self.follow(effects, shared);
                }
                Event::Store(Err(fault)) => {
                    shared.met(SyncFault::Store(fault));
                    Next::Over
                }
                Event::Store(Ok(_)) => Next::Over,
                _ => Next::Idle,
            });
        };
        let input = match event {
            Event::Go => Input::Go,
            Event::Exchange(exchange) => Input::Exchange(exchange),
            Event::Store(Ok(StoreAnswer::Bytes(bytes))) => Input::Bytes(bytes),
            Event::Store(Err(fault)) => Input::ReadFailed(fault.to_string()),
            _ => return Ok(Next::Idle),
        };
        let effects = upload.step(input);
        self.follow(effects, shared)
    }

    fn follow(&mut self, effects: Vec<Effect>, shared: &mut Shared) -> Result<Next, SyncFault> {
        let last = effects
            .into_iter()
            .find(|effect| !matches!(effect, Effect::Progress(_)));
        Ok(match last {
            None | Some(Effect::Progress(_)) => Next::Idle,
            Some(Effect::Http(request)) => Next::Raw(request),
            Some(Effect::Read { blob, offset, len }) => {
                Next::Store(StoreOp::ReadPhoto { blob, offset, len })
            }
            Some(Effect::Wait(wait)) => Next::Wait(wait),
            Some(Effect::Done(Ok(_))) => {
                self.upload = None;
                Next::Store(StoreOp::PhotosSent(std::mem::take(&mut self.photos)))
            }
            // The same word ends every lane.
            Some(Effect::Done(Err(UploadError::Refused {
                status: 401,
                message,
                ..
            }))) => return Err(SyncFault::NotLetIn(message)),
            Some(Effect::Done(Err(error))) => {
                shared.met(SyncFault::Photos(error));
                Next::Over
            }
        })
    }
}
