//! The page: a picture, boxes on it, and a conversation about them.
//!
//! Everything numeric happens in the engine's worker. This side holds what a person sees and
//! does, and speaks to the worker in the messages of `roi-protocol`, so it builds in seconds and
//! weighs little.

#![expect(
    unreachable_pub,
    reason = "the component macro makes the types of properties public"
)]

mod announcer;
mod answer_details;
mod app;
mod box_list;
mod chat;
mod clipboard;
mod composer;
mod conversation_menu;
mod download;
mod earlier_exchanges;
mod engine_link;
mod exchange_view;
mod failure;
mod header;
mod kept_page;
mod keyboard;
mod keys_dialog;
mod language_choice;
mod models;
mod moved_note;
mod paint;
mod palette;
mod picture;
mod poster;
mod preflight;
mod question_field;
mod quick_actions;
mod samples;
mod scene_link;
mod selected_row;
mod self_test_label;
mod session;
mod set_aside;
mod settings;
mod shell;
mod stage;
mod suggestions;
mod surface;
mod tagged;
mod viewport;
mod words;

/// What some 300 questions take to keep. A program's memory only ever grows: this way it does so before there is anything to
/// lose, and not in the middle of a conversation.
const ROOM_FOR_CONVERSATIONS: usize = 256 << 10;

fn main() {
    console_error_panic_hook::set_once();
    let room = std::hint::black_box(Vec::<u8>::with_capacity(ROOM_FOR_CONVERSATIONS));
    leptos::mount::mount_to_body(app::App);
    drop(room);
}
