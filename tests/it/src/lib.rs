//! Whole-system tests: the reference checkpoint is converted, loaded and asked, and must say what the original says.
//!
//! They need no network and no GPU. What they run on the processor they run on a GPU again where there is one.

#[cfg(test)]
mod ahead;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod cancel;
#[cfg(test)]
mod case;
#[cfg(test)]
mod counters;
#[cfg(test)]
mod demo_model;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod likelihood;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod older;
#[cfg(test)]
mod package;
#[cfg(test)]
mod prepare;
