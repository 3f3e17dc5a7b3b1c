//! Kinds of faults: a run can leave some out, so that what fails is seen without the rest.

use clap::ValueEnum;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Fault {
    /// The line loses, repeats, cuts, alters and strips; a portal or a busy cloud answers.
    Line,
    /// Programs die at any effect, and machines lose their power.
    Crash,
    /// Disks refuse a write.
    Disk,
    /// Disks are small.
    Cap,
    /// Terminals' clocks are years off, or stand.
    Clock,
    /// A disk is copied to another terminal.
    Copy,
    /// A disk becomes an older image of itself.
    SetBack,
    /// A pupil goes on with a spare terminal.
    Spare,
    /// Tokens expire.
    Token,
    /// A line of which every byte is paid for.
    Metered,
    /// The cloud loses its power.
    CloudCrash,
    /// The cloud is set back to a backup.
    Restore,
    /// The cloud runs the program of one version ago.
    Version,
    /// The cloud lets go of what nothing names.
    Tidy,
    /// Two teachers work on one lesson.
    TwoTeachers,
    /// A teacher undoes a terminal's join.
    Revoke,
    /// A terminal is erased.
    Erase,
    /// Somebody on the line records requests, and sends them and others of her own.
    Attack,
    /// Terminals renew their keys: each by itself, or as the school asks.
    Rekey,
    /// Pupils lock their study, and open it again.
    Lock,
    /// The school orders terminals to erase themselves, and pupils to be removed from them.
    Order,
}

/// Those that a run leaves out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Without(u32);

impl Without {
    /// Every kind of fault happens.
    pub const NONE: Self = Self(0);

    /// All of these.
    #[must_use]
    pub fn of(faults: &[Fault]) -> Self {
        faults
            .iter()
            .fold(Self::default(), |all, fault| all.and(*fault))
    }

    /// These and one more.
    #[must_use]
    pub fn and(self, fault: Fault) -> Self {
        Self(self.0 | 1 << fault as u32)
    }

    /// Whether a run has a kind of fault.
    #[must_use]
    pub fn leaves(self, fault: Fault) -> bool {
        self.0 & 1 << fault as u32 == 0
    }

    /// The names, as a command takes them; empty for none.
    #[must_use]
    pub fn names(self) -> String {
        let left_out = Fault::value_variants().iter();
        let names = left_out
            .filter(|fault| !self.leaves(**fault))
            .filter_map(|fault| Some(fault.to_possible_value()?.get_name().to_owned()));
        names.collect::<Vec<_>>().join(",")
    }
}
