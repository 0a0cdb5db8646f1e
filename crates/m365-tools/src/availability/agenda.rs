use jiff::{SignedDuration, Timestamp};
use m365_graph::Address;

use super::{Slot, hours::Hours};

/// What a calendar says of a time, the worse the later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum State {
    Free,
    WorkingElsewhere,
    Tentative,
    Busy,
    OutOfOffice,
    /// Nothing is planned, but it is not when they work.
    OutsideHours,
    /// The calendar cannot be seen.
    Unknown,
}

impl State {
    /// Reads Graph's spelling, in any case of letters; what is not known takes the time.
    pub(crate) fn of(status: &str) -> Self {
        match status.to_ascii_lowercase().as_str() {
            "free" => Self::Free,
            "tentative" => Self::Tentative,
            "oof" => Self::OutOfOffice,
            "workingelsewhere" => Self::WorkingElsewhere,
            "unknown" => Self::Unknown,
            _ => Self::Busy,
        }
    }

    /// Returns Graph's spelling, or ours for what Graph has no word for.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::WorkingElsewhere => "workingElsewhere",
            Self::Tentative => "tentative",
            Self::Busy => "busy",
            Self::OutOfOffice => "oof",
            Self::OutsideHours => "outsideWorkingHours",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the chance in percent that they come; Graph counts an unknown calendar as 49.
    pub(crate) const fn chance(self) -> u32 {
        match self {
            Self::Free | Self::WorkingElsewhere => 100,
            Self::Tentative => 50,
            Self::Unknown => 49,
            Self::Busy | Self::OutOfOffice | Self::OutsideHours => 0,
        }
    }
}

/// A stretch of time that a calendar says something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) state: State,
}

/// What is known of somebody's time.
#[derive(Clone, Debug)]
pub(crate) struct Agenda {
    pub(crate) address: Address,
    /// By their starts.
    blocks: Vec<Block>,
    /// No block is longer.
    longest: SignedDuration,
    /// When they work; `None` for a room, or where it is not told.
    pub(crate) hours: Option<Hours>,
    /// Whether the calendar can be seen.
    pub(crate) is_known: bool,
}

impl Agenda {
    pub(crate) fn new(address: Address, blocks: Vec<Block>, hours: Option<Hours>) -> Self {
        let (blocks, longest) = sorted(blocks);
        Self { address, blocks, longest, hours, is_known: true }
    }

    /// Somebody whose calendar cannot be seen.
    pub(crate) const fn unknown(address: Address) -> Self {
        Self {
            address,
            blocks: Vec::new(),
            longest: SignedDuration::ZERO,
            hours: None,
            is_known: false,
        }
    }

    /// Adds what is known of a further stretch of time.
    pub(crate) fn extend(&mut self, more: Self) {
        self.is_known &= more.is_known;
        self.hours = self.hours.take().or(more.hours);
        self.blocks.extend(more.blocks);
        (self.blocks, self.longest) = sorted(std::mem::take(&mut self.blocks));
    }

    /// Returns the worst that the calendar says of a time.
    pub(crate) fn state(&self, slot: Slot, hours_only: bool) -> State {
        if !self.is_known {
            return State::Unknown;
        }
        let early = |block: &Block| slot.start.duration_since(block.start) >= self.longest;
        let from = self.blocks.partition_point(early);
        let near = self.blocks.iter().skip(from).take_while(|block| block.start < slot.end);
        let touching = near.filter(|block| block.end > slot.start);
        let planned = touching.map(|block| block.state).max().unwrap_or(State::Free);
        let outside = hours_only && self.hours.as_ref().is_some_and(|hours| !hours.contain(slot));
        if outside && planned < State::Busy { State::OutsideHours } else { planned }
    }
}

fn sorted(mut blocks: Vec<Block>) -> (Vec<Block>, SignedDuration) {
    blocks.sort_by_key(|block| (block.start, block.end));
    let longest = blocks.iter().map(|block| block.end.duration_since(block.start)).max();
    (blocks, longest.unwrap_or_default())
}
