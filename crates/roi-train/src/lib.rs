//! Learning: parameters, loss, gradients, and the runs that put them to use.
//!
//! The model is the one that answers, built anew for every example from tensors that autodiff
//! tracks, so nothing here says a second time what the model computes, and no backward pass is
//! written by hand.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod checkpoint;
mod clip;
mod config;
mod data;
mod disk;
mod error;
mod example;
mod export;
mod gradients;
mod growth;
mod initial;
mod learner;
mod model;
mod objective;
mod optimizer;
mod parameters;
mod report;
mod run;
mod schedule;
mod stage;
mod start;
mod step;
#[cfg(test)]
mod testing;
mod tokenizer_files;
mod workers;

pub use checkpoint::{CheckpointError, CheckpointFolder, Found, Identity, RunState};
pub use clip::{clip, global_norm};
pub use config::{
    Config, ConfigFileError, DataSet, Decay, DeviceChoice, KEYS, Length, SetKind, Settings, Sizes,
    Start, TokenizerSource, Warmup,
};
pub use data::{Conversations, OpenedSet};
pub use error::TrainError;
pub use example::Example;
pub use export::{ModelFolder, Precision};
pub use gradients::Gradients;
pub use growth::Growth;
pub use initial::SeenRegions;
pub use learner::{Broken, Examples, Learner, Lesson, Named};
pub use model::Model;
pub use objective::{Aim, Objective};
pub use optimizer::{AdamW, Method, Moments, Muon, Optimizer, Rule};
pub use parameters::Parameters;
pub use report::{StepRecord, StepTable, loss_curve};
pub use run::{Ended, Event, run};
pub use schedule::Schedule;
pub use stage::Stage;
pub use start::{Beginning, Companions, new_decoder};
pub use step::{Step, evaluate, step};
pub use tokenizer_files::TokenizerFiles;
pub use workers::Workers;
