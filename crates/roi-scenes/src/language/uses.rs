//! What things are good for, in the words of each use.

use crate::glyphs::Use;

/// The words of one use; `{}` stands for the thing.
pub(super) struct UseWords {
    /// After `Someone could`.
    pub(super) could: &'static str,
    /// Why somebody would go there; after `Someone`.
    pub(super) wants: &'static str,
    /// After `which is`.
    pub(super) is: &'static str,
}

impl UseWords {
    /// `eat 1`
    pub(super) fn could(&self, thing: &str) -> String {
        self.could.replace("{}", thing)
    }
}

pub(super) const fn words(of: Use) -> UseWords {
    let (could, wants, is) = match of {
        Use::Feed => ("feed {}", "likes animals", "an animal to feed"),
        Use::Grow => ("water {}", "has a garden", "something that grows"),
        Use::Eat => ("eat {}", "is hungry", "something to eat"),
        Use::Drink => ("drink {}", "is thirsty", "something to drink"),
        Use::Talk => ("talk to {}", "feels lonely", "someone to talk to"),
        Use::Travel => (
            "travel with {}",
            "is going on a trip",
            "something to travel with",
        ),
        Use::Visit => ("visit {}", "is on holiday", "a place to visit"),
        Use::Sky => (
            "look up at {}",
            "is watching the sky",
            "something to see in the sky",
        ),
        Use::Wear => ("wear {}", "is getting dressed", "something to wear"),
        Use::Carry => (
            "carry things in {}",
            "is packing",
            "something to carry things in",
        ),
        Use::Music => (
            "make music with {}",
            "is in a band",
            "something to make music with",
        ),
        Use::Play => ("play with {}", "is bored", "something to play with"),
        Use::Give => (
            "give {} to a friend",
            "needs a gift",
            "something to give to a friend",
        ),
        Use::Repair => (
            "repair things with {}",
            "has broken things",
            "something to repair things with",
        ),
        Use::Rest => ("rest on {}", "is tired", "something to rest on"),
        Use::Time => (
            "tell the time with {}",
            "is late",
            "something to tell the time with",
        ),
        Use::Lock => (
            "lock up with {}",
            "is afraid of thieves",
            "something to lock up with",
        ),
        Use::Picture => (
            "make pictures with {}",
            "likes pictures",
            "something to make pictures with",
        ),
        Use::Message => (
            "send a message with {}",
            "misses a friend",
            "something to send a message with",
        ),
        Use::Light => (
            "make light with {}",
            "is in the dark",
            "something to make light with",
        ),
        Use::Read => ("read {}", "likes stories", "something to read"),
        Use::Clean => (
            "clean up with {}",
            "has a dirty floor",
            "something to clean up with",
        ),
        Use::Study => (
            "look closely with {}",
            "is curious",
            "something to look closely with",
        ),
        Use::Safe => (
            "keep people safe with {}",
            "is careful",
            "something to keep people safe with",
        ),
        Use::Scare => (
            "scare people with {}",
            "likes to scare people",
            "something to scare people with",
        ),
    };
    UseWords { could, wants, is }
}
