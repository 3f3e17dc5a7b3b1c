//! What the keeper does with accounts, roles, sessions and the audit log.

use hotaru_content::clock::school_day;
use hotaru_content::id::{PupilId, TeacherId};
use hotaru_content::lesson::Subject;
use hotaru_sync::wire::{Grant, Role};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{CommandError, TieWish};
use crate::now_ms;
use crate::staff::{setup, sign_in_name};
use crate::store::{Audit, NewAccount, Store, StoreError};

/// Rows of the audit log read at once.
const PAGE: u32 = 500;

/// What the keeper can ask for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffCommand {
    /// Makes an account, with a role where one is named.
    Add {
        /// The name to sign in with.
        name: String,
        /// The role.
        role: Option<RoleWish>,
        /// Who signs in by an identity provider as well.
        #[serde(default)]
        oidc: Option<TieWish>,
    },
    /// Lists accounts and desk tokens with their roles.
    List,
    /// Lets somebody sign in no more.
    Disable {
        /// The name to sign in with, or the person's id.
        who: String,
    },
    /// Gives a new setup code; all that was set up counts no more.
    Reset {
        /// The name to sign in with, or the person's id.
        who: String,
    },
    /// Gives a role.
    Grant {
        /// The name to sign in with, or the person's id.
        who: String,
        /// The role.
        role: RoleWish,
    },
    /// Takes a role back.
    Revoke {
        /// The grant's number.
        grant: u64,
    },
    /// Lists sessions and desk tokens that count.
    Sessions,
    /// Ends a session, or lets a desk token count no more.
    EndSession {
        /// Its number.
        session: i64,
    },
    /// Prints the audit log.
    Audit {
        /// Of one pupil only.
        pupil: Option<PupilId>,
        /// From a school day on.
        since: Option<Date>,
    },
}

/// A role with what narrows it, by the names that people use.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoleWish {
    /// The role.
    pub role: Role,
    /// A class's name.
    pub class: Option<String>,
    /// A subject's name.
    pub subject: Option<String>,
    /// A pupil: class name and number.
    pub pupil: Option<(String, u16)>,
    /// The first school day.
    pub from_day: Option<Date>,
    /// The last one.
    pub to_day: Option<Date>,
}

impl StaffCommand {
    /// Carries it out; each line of the answer goes to `lines`.
    pub(super) async fn run(
        self,
        store: &dyn Store,
        lines: mpsc::Sender<Value>,
    ) -> Result<(), CommandError> {
        let now_ms = now_ms();
        let tell = async |value| lines.send(value).await.map_err(|_| CommandError::Gone);
        match self {
            Self::Add { name, role, oidc } => {
                let sign_in = sign_in_name(&name).ok_or(CommandError::SignIn)?;
                // Before anything is made: a wish that cannot be granted makes no account.
                let grant = match role {
                    Some(wish) => Some(wish.resolve(store).await?),
                    None => None,
                };
                let person = match oidc {
                    Some(wish) => Some(wish.resolve_free(store).await?),
                    None => None,
                };
                let staff = TeacherId::random()?;
                let (told, setup_hash) = setup::new_code(staff, now_ms)?;
                let account = NewAccount {
                    staff,
                    sign_in: sign_in.clone(),
                    setup_hash,
                    until_ms: told.until_ms,
                    now_ms,
                };
                if !store.add_account(account).await? {
                    return Err(CommandError::SignInTaken(sign_in));
                }
                note(store, "add_staff", Some(staff), grant.as_ref()).await?;
                if let Some(person) = person {
                    person.tie(store, staff).await?;
                }
                let id = match &grant {
                    Some(grant) => Some(give(store, staff, grant).await?),
                    None => None,
                };
                // The code is told here and nowhere else: only its hash is kept.
                tell(json!({
                    "staff": staff,
                    "sign_in": sign_in,
                    "setup_code": told.setup,
                    "until_ms": told.until_ms,
                    "grant": id,
                }))
                .await
            }
            Self::List => {
                for row in store.staff(now_ms).await? {
                    tell(json!(row)).await?;
                }
                Ok(())
            }
            Self::Disable { who } => {
                let staff = find(store, &who).await?;
                note(store, "disable_staff", Some(staff), None).await?;
                store.disable(staff, now_ms).await?;
                tell(json!({ "staff": staff, "disabled": true })).await
            }
            Self::Reset { who } => {
                let staff = find(store, &who).await?;
                let (told, hash) = setup::new_code(staff, now_ms)?;
                note(store, "reset_staff", Some(staff), None).await?;
                if !store.reset(staff, hash, told.until_ms, now_ms).await? {
                    return Err(CommandError::NoStaff(who));
                }
                tell(json!({
                    "staff": staff,
                    "setup_code": told.setup,
                    "until_ms": told.until_ms,
                }))
                .await
            }
            Self::Grant { who, role } => {
                let staff = find(store, &who).await?;
                let grant = role.resolve(store).await?;
                note(store, "grant", Some(staff), Some(&grant)).await?;
                let id = give(store, staff, &grant).await?;
                tell(json!({ "staff": staff, "grant": id })).await
            }
            Self::Revoke { grant } => {
                let staff = store.holder_of_grant(grant).await?;
                note(store, "revoke_grant", staff, None).await?;
                if !store.revoke_grant(grant, now_ms).await? {
                    return Err(CommandError::NoGrant(grant));
                }
                tell(json!({ "grant": grant, "revoked": true })).await
            }
            Self::Sessions => {
                for row in store.sessions(now_ms).await? {
                    tell(json!(row)).await?;
                }
                Ok(())
            }
            Self::EndSession { session } => {
                note(store, "end_session", None, None).await?;
                if !store.end_session(session, now_ms).await? {
                    return Err(CommandError::NoSession(session));
                }
                tell(json!({ "session": session, "revoked": true })).await
            }
            Self::Audit { pupil, since } => {
                let mut after = 0;
                loop {
                    let rows = store.audit_rows(pupil, after, PAGE).await?;
                    let Some(last) = rows.last() else {
                        return Ok(());
                    };
                    after = last.id;
                    let is_asked = |at_ms| since.is_none_or(|day| school_day(at_ms) >= day);
                    for row in rows.into_iter().filter(|row| is_asked(row.at_ms)) {
                        tell(json!(row)).await?;
                    }
                }
            }
        }
    }
}

impl RoleWish {
    async fn resolve(self, store: &dyn Store) -> Result<Grant, CommandError> {
        let classes = store.classes().await?;
        let class = |name: String| {
            let found = classes.iter().find(|row| row.name == name);
            let id = found.map(|row| row.class_id);
            id.ok_or(StoreError::NoClass(name))
        };
        let pupil = match self.pupil {
            Some((name, number)) => {
                let found = store.pupil_at(class(name.clone())?, number).await?;
                let missing = StoreError::NoPupil {
                    class: name,
                    number,
                };
                Some(found.ok_or(missing)?)
            }
            None => None,
        };
        let grant = Grant {
            role: self.role,
            class: self.class.map(class).transpose()?,
            subject: self.subject.as_deref().map(Subject::from),
            pupil,
            from_day: self.from_day,
            to_day: self.to_day,
        };
        grant.check().map_err(CommandError::Grant)?;
        Ok(grant)
    }
}

async fn give(store: &dyn Store, staff: TeacherId, grant: &Grant) -> Result<u64, CommandError> {
    let id = store.grant(staff, grant, None, now_ms()).await?;
    id.ok_or_else(|| CommandError::NoStaff(staff.to_string()))
}

/// By the name to sign in with, or by id.
pub(super) async fn find(store: &dyn Store, who: &str) -> Result<TeacherId, CommandError> {
    if let Some(account) = store
        .account(&sign_in_name(who).unwrap_or_default())
        .await?
    {
        return Ok(account.staff);
    }
    let missing = || CommandError::NoStaff(who.to_owned());
    let id: TeacherId = who.parse().map_err(|_| missing())?;
    let staff = store.staff(now_ms()).await?;
    let found = staff.iter().find(|row| row.staff == id);
    found.map(|row| row.staff).ok_or_else(missing)
}

/// What the keeper does stands in the audit log, before it is done.
pub(super) async fn note(
    store: &dyn Store,
    action: &'static str,
    about: Option<TeacherId>,
    grant: Option<&Grant>,
) -> Result<(), CommandError> {
    let row = Audit {
        at_ms: now_ms(),
        role: "keeper".to_owned(),
        action,
        about,
        pupil: grant.and_then(|grant| grant.pupil),
        class: grant.and_then(|grant| grant.class),
        outcome: "allowed",
        ..Audit::default()
    };
    Ok(store.audit(row).await?)
}
