//! Who asks: `Authorization: Bearer`, checked against the hashes that are kept, and of a
//! terminal its signature.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use hotaru_content::clock::school_day;
use hotaru_content::id::{PupilId, TerminalId};
use hotaru_sync::http::Method;
use hotaru_sync::signed::door::{self, LetIn, Outside, Shown};
use hotaru_sync::signed::{Asked, Signed};
use hotaru_sync::wire::{self, Role, Token, code};

use crate::error::ApiError;
use crate::rights::{Action, Decision, Resource, Scope, may};
use crate::staff::is_over;
use crate::store::{Audit, Caller, Holder, Session};
use crate::wishes::Wishes;
use crate::{Cloud, now_ms};

/// That a session is in use is noted this often: once a minute.
const SEEN_MS: i64 = 60_000;

/// Anybody with a token.
#[derive(Debug, Clone)]
pub enum Known {
    /// A pupil's terminal.
    Terminal(TerminalId),
    /// Staff or a guardian.
    Staff(Staff),
}

/// Staff or a guardian, in a session that counts. What she may is asked of [`Staff::may`].
#[derive(Debug, Clone)]
pub struct Staff(pub Session);

/// What staff wants to do.
#[derive(Debug)]
pub struct Ask<'a> {
    /// What.
    pub action: Action,
    /// To what.
    pub on: Resource<'a>,
    /// What the audit log is to name; its action, where it is a nearer one.
    pub note: Audit,
    /// What is said where it is not hers.
    pub not_hers: &'static str,
}

impl Known {
    /// For limits and uploads.
    pub fn caller(&self) -> Caller {
        match self {
            Self::Terminal(terminal) => Caller::Terminal(*terminal),
            Self::Staff(Staff(session)) => Caller::Desk(session.staff),
        }
    }
}

impl Staff {
    /// Decides, and writes what concerns somebody's record or rights into the audit log before
    /// anything is told or done.
    ///
    /// # Errors
    /// 403 where no role of hers does such a thing, 404 where this one is not hers.
    pub async fn may(&self, cloud: &Cloud, ask: Ask<'_>) -> Result<Scope, ApiError> {
        let now_ms = now_ms();
        let Self(session) = self;
        let decision = self.decide(ask.action, ask.on, now_ms);
        if let Some(action) = ask.action.audited() {
            let (role, outcome) = match &decision {
                Decision::Yes(scope) => (Some(scope.role()), "allowed"),
                Decision::NotYours | Decision::Never => {
                    (session.grants.first().map(|grant| grant.role), "refused")
                }
            };
            let row = Audit {
                at_ms: now_ms,
                staff: Some(session.staff),
                session: Some(session.id),
                role: role.map_or("none", Role::name).to_owned(),
                action: Some(ask.note.action)
                    .filter(|near| !near.is_empty())
                    .unwrap_or(action),
                outcome,
                ..ask.note
            };
            cloud.store.audit(row).await?;
        }
        match decision {
            Decision::Yes(scope) => Ok(scope),
            Decision::NotYours => Err(ApiError::not_found(ask.not_hers)),
            Decision::Never => Err(ApiError::forbidden(
                "this is not for the role that you have at the school; ask its administrator",
            )),
        }
    }

    /// As [`Staff::may`], of one pupil, whom the note then names.
    ///
    /// # Errors
    /// As [`Staff::may`].
    pub async fn may_with(
        &self,
        cloud: &Cloud,
        action: Action,
        pupil: PupilId,
        note: Audit,
        not_hers: &'static str,
    ) -> Result<Scope, ApiError> {
        let hers = cloud.store.classes_of(pupil).await?;
        let ask = Ask {
            action,
            on: Resource::Pupil(pupil, &hers),
            note: Audit {
                pupil: Some(pupil),
                ..note
            },
            not_hers,
        };
        self.may(cloud, ask).await
    }

    /// Whether it is allowed, without a trace: for what an answer shows or leaves out.
    pub fn could(&self, action: Action, on: Resource<'_>) -> bool {
        matches!(self.decide(action, on, now_ms()), Decision::Yes(_))
    }

    fn decide(&self, action: Action, on: Resource<'_>, now_ms: i64) -> Decision {
        let Self(session) = self;
        may(
            session.staff,
            &session.grants,
            action,
            on,
            school_day(now_ms),
        )
    }
}

/// A terminal.
#[derive(Debug, Clone, Copy)]
pub struct Terminal(pub TerminalId);

/// A terminal, or nobody yet; a token that is shown must be good.
#[derive(Debug, Clone, Copy)]
pub struct MaybeTerminal(pub Option<TerminalId>);

impl FromRequestParts<Arc<Cloud>> for Known {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, ApiError> {
        let token: Token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| token.trim().parse().ok())
            .ok_or_else(ApiError::unauthorized)?;
        let hash = token.hash();
        let holder = cloud.store.holder(&hash).await?;
        let holder = holder.ok_or_else(ApiError::unauthorized)?;
        let known = match &holder {
            Holder::Terminal { terminal, .. } => Self::Terminal(*terminal),
            Holder::Staff(session) => {
                let now_ms = now_ms();
                if is_over(session, now_ms) {
                    return Err(ApiError::session_over());
                }
                if now_ms.saturating_sub(session.seen_ms) > SEEN_MS {
                    cloud.store.session_seen(session.id, now_ms).await?;
                }
                Self::Staff(Staff(session.clone()))
            }
        };
        if !cloud.calls.take(known.caller(), Instant::now()) {
            return Err(ApiError::busy(
                StatusCode::TOO_MANY_REQUESTS,
                "this terminal or desk asks too often; wait a moment, it goes on by itself",
                1,
            ));
        }
        if let Holder::Terminal {
            terminal,
            key,
            ceiling,
            rekey_asked,
            has_orders,
        } = holder
        {
            let as_known = door::Known { terminal, key };
            signed(parts, cloud, &hash, as_known, ceiling).await?;
            if let Some(wishes) = parts.extensions.get::<Wishes>() {
                wishes.rekey(rekey_asked);
                wishes.orders(has_orders);
            }
        }
        Ok(known)
    }
}

/// Refuses what the terminal did not sign, or signed for another moment. A terminal that
/// joined before there were keys may go unsigned until it has shown one.
async fn signed(
    parts: &Parts,
    cloud: &Cloud,
    token_hash: &[u8; 32],
    known: door::Known,
    ceiling: u64,
) -> Result<(), ApiError> {
    let terminal = known.terminal;
    let header = |name: &str| parts.headers.get(name)?.to_str().ok();
    let shown = Shown {
        signed: header(wire::header::SIGNED),
        key: header(wire::header::KEY),
        handovers: header(wire::header::HANDOVERS),
    };
    let method = match parts.method {
        axum::http::Method::GET => Method::Get,
        axum::http::Method::HEAD => Method::Head,
        axum::http::Method::POST => Method::Post,
        axum::http::Method::PATCH => Method::Patch,
        axum::http::Method::DELETE => Method::Delete,
        _ => return Err(ApiError::unsigned()),
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let asked = Asked {
        method,
        path,
        token_hash,
    };
    let (signed, new_key) = match door::look(shown, known, asked) {
        Ok(LetIn::Unsigned) => return Ok(()),
        Ok(LetIn::Signed { signed, new_key }) => (signed, new_key),
        Err(Outside::Unsigned) => return Err(ApiError::unsigned()),
        Err(Outside::WantsKey) => {
            return Err(ApiError::unsigned().with_number(wire::header::KEY, 1));
        }
        Err(Outside::Other(key)) => {
            let signed = shown.signed.and_then(|text| text.parse().ok());
            let refusal = other_key(cloud, terminal, signed, asked).await?;
            return Err(refusal.with_known_key(key));
        }
    };
    let seen = (terminal, ceiling);
    let taken = cloud.numbers.take(&*cloud.store, seen, signed.counter);
    if let Some(above) = taken.await? {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            code::REPLAYED,
            "a request of this number was here before; the terminal goes on with a new one",
        )
        .with_number(wire::header::COUNTER, above));
    }
    // Only a request that is new says something about keys.
    if let Some(key) = new_key
        && !cloud
            .store
            .note_key(terminal, known.key, key, now_ms())
            .await?
    {
        // Another request of this moment was faster: by this key or by another.
        return Err(ApiError::unsigned().with_number(wire::header::COUNTER, signed.counter));
    }
    Ok(())
}

/// The refusal of what another key signed than the one in force: one that the terminal had
/// before, or nobody's.
async fn other_key(
    cloud: &Cloud,
    terminal: TerminalId,
    signed: Option<Signed>,
    asked: Asked<'_>,
) -> Result<ApiError, ApiError> {
    let former = cloud.store.former_keys(terminal).await?;
    let is_by_former =
        signed.is_some_and(|signed| former.iter().any(|of| signed.is_by(&of.key, asked)));
    Ok(if is_by_former {
        ApiError::superseded()
    } else {
        ApiError::unsigned()
    })
}

impl FromRequestParts<Arc<Cloud>> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, ApiError> {
        match Known::from_request_parts(parts, cloud).await? {
            Known::Staff(staff) => Ok(staff),
            Known::Terminal(_) => Err(ApiError::forbidden(
                "this is for teachers and staff; sign in, or use a teacher's token",
            )),
        }
    }
}

impl FromRequestParts<Arc<Cloud>> for Terminal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, ApiError> {
        match Known::from_request_parts(parts, cloud).await? {
            Known::Terminal(terminal) => Ok(Self(terminal)),
            Known::Staff(_) => Err(ApiError::forbidden(
                "this is for pupils' terminals; join with one first",
            )),
        }
    }
}

impl FromRequestParts<Arc<Cloud>> for MaybeTerminal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, ApiError> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(None));
        }
        let Terminal(terminal) = Terminal::from_request_parts(parts, cloud).await?;
        Ok(Self(Some(terminal)))
    }
}
