//! From what a user asked for to verified facts. Every source ends in the same place: bytes, their digest held against
//! what is pinned or locked, and only then a look inside.

mod absent;
mod api_digest;
mod at_hand;
mod believe;
mod believed;
mod calendar;
mod facts;
mod interface;
mod look;
mod mirror;
mod out_of_reach;
mod public_names;
mod read;
mod unknown;
mod unvouched;
mod verify;

pub(super) use self::{
    at_hand::at_hand,
    believe::{believe_file, believe_release},
    believed::{Acquired, Believed},
    calendar::{CalendarOutcome, recalls},
    facts::acquire,
    interface::{Interface, interface_at_hand, interface_known, interface_named, interface_of, module_in, module_of},
    look::look,
    out_of_reach::{calendar_out_of_reach, feeds_out_of_reach, out_of_reach},
    public_names::{NamesReach, missing_names, names_in, recorded_names},
    read::{ask, no_answer, refuse_address},
    unvouched::{NOBODY, unvouched},
    verify::is_rebuilt,
};
