//! What a model needs and what there is of it here, before any of it is fetched and afterwards.

use roi_protocol::{DeviceInfo, Event, Preflight as Fit};

use crate::{Words, format};

/// What is known of the model that is on its way or open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preflight {
    /// How large its package is, and how much of it is here.
    pub package: Option<PackageSize>,
    /// Whether the browser has promised not to clear away what is kept here.
    pub is_persistent: Option<bool>,
    /// Where it runs.
    pub device: Option<DeviceInfo>,
    /// What it needs of that.
    pub fit: Option<Fit>,
    /// How fast it will be.
    pub tokens_per_second: Option<f64>,
}

/// Whether there is enough graphics memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemoryThere {
    /// There is.
    Enough,
    /// Only so much could be had.
    Only(String),
    /// It is not known.
    Unknown,
}

/// Bytes of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackageSize {
    /// All of it.
    pub total_bytes: u64,
    /// So many of them are kept here.
    pub kept_bytes: u64,
    /// So many more could be, where that is known.
    pub free_bytes: Option<u64>,
}

impl Preflight {
    /// Forgets the model, not the device.
    pub fn begin(&mut self) {
        *self = Self {
            device: self.device.take(),
            is_persistent: self.is_persistent,
            ..Self::default()
        };
    }

    /// Takes what an event tells.
    pub fn note(&mut self, event: &Event) -> bool {
        match event {
            Event::Device(device) => self.device = Some(device.clone()),
            Event::Found {
                total_bytes,
                kept_bytes,
                free_bytes,
                ..
            } => {
                self.begin();
                self.package = Some(PackageSize {
                    total_bytes: *total_bytes,
                    kept_bytes: *kept_bytes,
                    free_bytes: *free_bytes,
                });
            }
            Event::Preflight(fit) => self.fit = Some(*fit),
            Event::Expected { tokens_per_second } => {
                self.tokens_per_second = Some(*tokens_per_second);
            }
            _ => return false,
        }
        true
    }

    /// Takes how much of the package is kept by now, which also tells how much room is left.
    pub fn note_kept(&mut self, kept_bytes: u64) -> bool {
        let Some(package) = &mut self.package else {
            return false;
        };
        let before = *package;
        package.kept_bytes = kept_bytes;
        package.free_bytes = before
            .free_bytes
            .map(|free| (free + before.kept_bytes).saturating_sub(kept_bytes));
        *package != before
    }

    /// Whether there is nothing to be fetched and everything fits: then nobody needs to be told before.
    #[must_use]
    pub fn is_at_hand(&self) -> bool {
        let is_here = self
            .package
            .is_some_and(|package| package.kept_bytes >= package.total_bytes);
        is_here && !self.is_refused()
    }

    /// Whether the device has too little of something.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.fit
            .is_some_and(|fit| fit.available_bytes < needed(&fit))
    }
}

fn needed(fit: &Fit) -> u64 {
    fit.weight_bytes + fit.working_bytes
}

/// What is known, in rows of a name and what stands behind it.
#[must_use]
pub fn preflight_rows(known: &Preflight, words: &Words) -> Vec<(&'static str, String)> {
    let said = &words.preflight;
    let mut rows = Vec::new();
    if let Some(package) = known.package {
        let [total, kept] = [package.total_bytes, package.kept_bytes].map(format::bytes);
        rows.push((said.size, (said.size_kept)(&total, &kept)));
        let missing = package.total_bytes.saturating_sub(package.kept_bytes);
        if let Some(free) = package.free_bytes {
            let is_enough = free >= missing;
            rows.push((said.room, (said.room_free)(&format::bytes(free), is_enough)));
        }
        if let Some(is_persistent) = known.is_persistent {
            rows.push((said.stay, (said.stays)(is_persistent).to_owned()));
        }
    }
    if let Some(device) = &known.device {
        rows.push((said.adapter, device.name.clone()));
    }
    if let Some(fit) = known.fit {
        let [weights, working] = [fit.weight_bytes, fit.working_bytes].map(format::bytes);
        let parts = (said.memory_parts)(&weights, &working, fit.max_positions);
        let needed_bytes = needed(&fit);
        let needs = format::bytes(needed_bytes);
        let there = match fit.available_bytes {
            // A limit was in the way, and nobody looked.
            0 => MemoryThere::Unknown,
            bytes if bytes < needed_bytes => MemoryThere::Only(format::bytes(bytes)),
            _ => MemoryThere::Enough,
        };
        rows.push((said.memory, (said.memory_needed)(&needs, &parts, &there)));
        if let Some(limits) = known.device.as_ref().and_then(|device| device.limits) {
            let most = limits.max_buffer_bytes.min(limits.max_binding_bytes);
            let [largest, most] = [fit.largest_buffer_bytes, most].map(format::bytes);
            rows.push((said.buffer, (said.buffer_of)(&largest, &most)));
        }
    }
    if let Some(speed) = known.tokens_per_second {
        rows.push((said.speed, (said.speed_about)(&format::speed(speed))));
    }
    rows
}

#[cfg(test)]
mod tests {
    use roi_protocol::DeviceLimits;

    use super::*;
    use crate::{ENGLISH, Language};

    fn found(kept_bytes: u64) -> Event {
        Event::Found {
            id: "a-model".to_owned(),
            total_bytes: 4_200_000_000,
            kept_bytes,
            free_bytes: Some(30_500_000_000),
        }
    }

    fn fit(available_bytes: u64) -> Event {
        Event::Preflight(Fit {
            weight_bytes: 4_200_000_000,
            working_bytes: 2_900_000_000,
            max_positions: 2048,
            available_bytes,
            largest_buffer_bytes: 128 << 20,
        })
    }

    fn device() -> Event {
        Event::Device(DeviceInfo {
            kind: "gpu".to_owned(),
            name: "an adapter".to_owned(),
            limits: Some(DeviceLimits {
                max_buffer_bytes: 4 << 30,
                max_binding_bytes: 2 << 30,
            }),
            kernels: String::new(),
        })
    }

    fn known(events: &[Event]) -> Preflight {
        let mut known = Preflight::default();
        for event in events {
            known.note(event);
        }
        known
    }

    #[test]
    fn every_part_is_told_in_every_language() {
        let mut known = known(&[
            device(),
            found(1_000_000_000),
            fit(7_100_000_000),
            Event::Expected {
                tokens_per_second: 41.0,
            },
        ]);
        known.is_persistent = Some(true);
        let rows = preflight_rows(&known, &ENGLISH);
        let values: Vec<_> = rows.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(
            values,
            [
                "4.20 GB, of which 1.00 GB are kept here",
                "30.50 GB free",
                "until you delete it",
                "an adapter",
                "7.10 GB needed (4.20 GB for weights, 2.90 GB for a picture and 2048 tokens); there is room",
                "134.2 MB; the adapter takes 2.15 GB",
                "about 41 tokens/s"
            ]
        );
        for language in Language::ALL {
            assert_eq!(preflight_rows(&known, language.words()).len(), rows.len());
        }
    }

    #[test]
    fn what_is_missing_is_told_with_how_much_there_is() {
        let known = known(&[device(), found(0), fit(5_000_000_000)]);
        assert!(known.is_refused() && !known.is_at_hand());
        let rows = preflight_rows(&known, &ENGLISH);
        assert!(
            rows.iter()
                .any(|(_, value)| value.ends_with("only 5.00 GB could be had")),
            "{rows:?}"
        );
    }

    #[test]
    fn what_is_here_and_fits_needs_no_words_before() {
        assert!(known(&[found(4_200_000_000), fit(7_100_000_000)]).is_at_hand());
        assert!(!known(&[found(4_200_000_000), fit(1)]).is_at_hand());
        assert!(!known(&[found(0), fit(7_100_000_000)]).is_at_hand());
    }

    #[test]
    fn what_has_been_kept_since_is_told_with_the_room_that_is_left() {
        let mut known = known(&[device(), found(0)]);
        assert!(known.note_kept(4_200_000_000));
        let rows = preflight_rows(&known, &ENGLISH);
        let values: Vec<_> = rows.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(
            values,
            [
                "4.20 GB, of which 4.20 GB are kept here",
                "26.30 GB free",
                "an adapter"
            ]
        );
        assert!(!known.note_kept(4_200_000_000), "it is known");
        assert!(!Preflight::default().note_kept(1), "of no package");
    }

    #[test]
    fn another_package_is_another_flight_on_the_same_device() {
        let known = known(&[device(), found(0), fit(5), found(7)]);
        assert_eq!(known.fit, None);
        assert!(known.device.is_some());
    }
}
