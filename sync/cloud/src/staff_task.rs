//! `hotaru-cloud staff`: the command line of accounts and roles.

use clap::{Args, Subcommand};
use hotaru_cloud::control::{Command, RoleWish, StaffCommand, TieWish};
use hotaru_sync::wire::Role;
use jiff::civil::Date;

use crate::{AnyError, Data, ask, member};

#[derive(Subcommand)]
pub enum StaffTask {
    /// Makes an account; prints its setup code as JSON. The code is shown this once and counts
    /// for 7 days: with it the person chooses a passphrase.
    Add {
        /// The name to sign in with.
        name: String,
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        role: MaybeRole,
        /// Lets her sign in by an identity provider as well: her e-mail address there, which the
        /// provider has to have verified and which counts once, or its subject.
        #[arg(long, value_name = "EMAIL_OR_SUBJECT")]
        oidc: Option<String>,
        /// Which provider, where the school has several.
        #[arg(long, value_name = "NAME", requires = "oidc")]
        provider: Option<String>,
    },
    /// Prints every account and every teacher with a desk token, with roles, as JSON lines.
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Lets somebody sign in no more; sessions and desk tokens end.
    Disable {
        /// The name to sign in with, or the id that `staff list` prints.
        who: String,
        #[command(flatten)]
        data: Data,
    },
    /// Gives somebody a new setup code; passphrase, authenticator, recovery codes and sessions
    /// count no more. Opens an account that was disabled.
    Reset {
        /// The name to sign in with, or the id that `staff list` prints.
        who: String,
        #[command(flatten)]
        data: Data,
    },
    /// Gives somebody a role; prints the grant's number.
    Grant {
        /// The name to sign in with, or the id that `staff list` prints.
        who: String,
        #[command(flatten)]
        data: Data,
        #[command(flatten)]
        role: RoleArgs,
    },
    /// Takes a role back.
    Revoke {
        /// The grant's number, as `staff list` prints it.
        grant: u64,
        #[command(flatten)]
        data: Data,
    },
    /// Prints every session and desk token that counts, as JSON lines.
    Sessions {
        #[command(flatten)]
        data: Data,
    },
    /// Ends a session, or lets a desk token count no more.
    EndSession {
        /// Its number, as `staff sessions` prints it.
        session: i64,
        #[command(flatten)]
        data: Data,
    },
}

/// A role that has to be there.
#[derive(Args)]
pub struct RoleArgs {
    /// teacher, subject-teacher, support, guardian, principal, school-admin or city-admin
    #[arg(long)]
    role: Role,
    #[command(flatten)]
    narrow: Narrow,
}

/// A role that may be left out.
#[derive(Args)]
pub struct MaybeRole {
    /// teacher, subject-teacher, support, guardian, principal, school-admin or city-admin
    #[arg(long)]
    role: Option<Role>,
    #[command(flatten)]
    narrow: Narrow,
}

/// What narrows a role.
#[derive(Args)]
pub struct Narrow {
    /// The class of a teacher or subject teacher.
    #[arg(long, requires = "role")]
    class: Option<String>,
    /// The subject of a subject teacher: 音楽.
    #[arg(long, requires = "role")]
    subject: Option<String>,
    /// The pupil of support staff or a guardian, as class and number: 6-1:7.
    #[arg(long, value_name = "CLASS:NUMBER", value_parser = member, requires = "role")]
    pupil: Option<(String, u16)>,
    /// The first school day: 2026-09-01.
    #[arg(long, value_name = "DAY", requires = "role")]
    from: Option<Date>,
    /// The last school day.
    #[arg(long, value_name = "DAY", requires = "role")]
    to: Option<Date>,
}

impl Narrow {
    fn wish(self, role: Role) -> RoleWish {
        RoleWish {
            role,
            class: self.class,
            subject: self.subject,
            pupil: self.pupil,
            from_day: self.from,
            to_day: self.to,
        }
    }
}

impl StaffTask {
    /// Carries it out.
    pub async fn run(self) -> Result<(), AnyError> {
        let (data, command) = match self {
            Self::Add {
                name,
                data,
                role,
                oidc,
                provider,
            } => {
                let MaybeRole { role, narrow } = role;
                let role = role.map(|role| narrow.wish(role));
                let oidc = oidc.map(|person| TieWish { person, provider });
                (data, StaffCommand::Add { name, role, oidc })
            }
            Self::List { data } => (data, StaffCommand::List),
            Self::Disable { who, data } => (data, StaffCommand::Disable { who }),
            Self::Reset { who, data } => (data, StaffCommand::Reset { who }),
            Self::Grant { who, data, role } => {
                let RoleArgs { role, narrow } = role;
                let role = narrow.wish(role);
                (data, StaffCommand::Grant { who, role })
            }
            Self::Revoke { grant, data } => (data, StaffCommand::Revoke { grant }),
            Self::Sessions { data } => (data, StaffCommand::Sessions),
            Self::EndSession { session, data } => (data, StaffCommand::EndSession { session }),
        };
        ask(&data, Command::Staff(command)).await
    }
}
