//! Signing in and out, an account's first time, and a session that has ended.

use hotaru_sync::wire::{SessionAnswer, SessionRequest, StaffSetup, StaffTotp};

use super::Room;
use crate::account::Account;
use crate::problem::Problem;
use crate::worker::asking::{Ask, Asker};
use crate::worker::door::{Door, Knock, Opened};
use crate::worker::snapshot::Stage;
use crate::worker::{Credentials, Message, Reply, Secret};

impl Room<'_> {
    /// Signs in; what was there before stays until the school has answered.
    pub(super) fn sign_in(&mut self, cloud: &str, as_whom: Credentials) {
        let account = self.account_at(cloud);
        match as_whom {
            Credentials::Token(token) => self.try_token(Account {
                name: None,
                computer: None,
                token: token.0.trim().to_owned(),
                ..account
            }),
            Credentials::Provider(provider) => {
                let account = Account {
                    // What the school told this computer is for whoever typed a code on it.
                    computer: None,
                    ..self.account_at(cloud)
                };
                let (to_self, number) = (self.to_self.clone(), self.door_number + 1);
                let open = Box::new(move |address: &str| {
                    // The room is gone only when the program ends.
                    let _ = to_self.send(Message::Browser(number, address.to_owned()));
                });
                self.knock(account, Knock::Oidc { provider, open });
            }
            Credentials::Passphrase {
                name,
                passphrase,
                code,
            } => {
                let name = name.trim().to_owned();
                let is_same = account.name.as_ref() == Some(&name);
                let account = Account {
                    // What the school told this computer is for her alone.
                    computer: account.computer.filter(|_| is_same),
                    name: Some(name.clone()),
                    ..account
                };
                let code = code.0.trim().to_owned();
                let asked = SessionRequest {
                    sign_in: name,
                    passphrase: passphrase.0,
                    code: (!code.is_empty()).then_some(code),
                    computer: account.computer.clone(),
                };
                self.knock(account, Knock::SignIn(asked));
            }
        }
    }

    /// Asks a school how to sign in there; where it cannot say, by name and passphrase.
    pub(super) fn ask_ways(&mut self, cloud: String) {
        let mut account = self.account_at(&cloud);
        account.token.clear();
        self.door_number += 1;
        let to_self = self.to_self.clone();
        let door = Door::start(account, self.door_number, Knock::Ways, to_self);
        self.ways = door.ok().map(|door| (cloud, door));
    }

    /// Where the browser is to go, for the knock that still counts.
    pub(super) fn browser(&mut self, number: u64, address: String) {
        if self.door.as_ref().is_some_and(|door| door.number == number) {
            self.publisher.reply(Reply::Browser(address));
        }
    }

    /// Chooses the first passphrase of an account.
    pub(super) fn set_up(&mut self, cloud: &str, setup: &Secret, passphrase: Secret) {
        let asked = StaffSetup {
            setup: setup.0.trim().to_owned(),
            passphrase: passphrase.0,
        };
        self.knock(self.account_at(cloud), Knock::SetUp(asked));
    }

    /// Shows the authenticator's first code.
    pub(super) fn confirm(&mut self, cloud: &str, setup: &Secret, code: &Secret) {
        let asked = StaffTotp {
            setup: setup.0.trim().to_owned(),
            code: code.0.trim().to_owned(),
        };
        self.knock(self.account_at(cloud), Knock::Confirm(asked));
    }

    /// Signs out on this computer at once; the school is told, where it can be.
    pub(super) fn sign_out(&mut self) {
        let Some(account) = self.account.clone() else {
            return;
        };
        self.left(false);
        // A printed token would count nowhere any more: it only leaves this computer.
        if account.name.is_some() {
            self.knock(account, Knock::SignOut);
        }
    }

    /// Whether this says that the teacher has to sign in again.
    pub(super) fn is_over(&self, problem: &Problem) -> bool {
        let has_name = self
            .account
            .as_ref()
            .is_some_and(|known| known.name.is_some());
        match problem {
            Problem::SessionOver => true,
            // The school forgets sessions that ended long ago.
            Problem::Token => has_name,
            _ => false,
        }
    }

    /// Nobody is signed in from now on; draft and outbox stay, and who it was.
    pub(super) fn left(&mut self, over: bool) {
        self.asker = None;
        self.asker_number += 1;
        if let Some(account) = &mut self.account {
            let kept = self.folder.sign_out(account);
            account.token.clear();
            self.report(kept);
        }
        self.shown.stage = Stage::SignedOut { over };
        self.forget_school();
        self.troubles.clear();
        self.next_try = None;
    }

    pub(super) fn door_opened(&mut self, number: u64, opened: Opened) {
        if let Some((cloud, _)) = self.ways.take_if(|(_, door)| door.number == number) {
            if let Opened::Ways(Ok(ways)) = opened {
                let oidc = ways.oidc;
                self.publisher.reply(Reply::Ways { cloud, oidc });
            }
            return;
        }
        // Only the last knock's answer counts.
        let Some(door) = self.door.take_if(|door| door.number == number) else {
            return;
        };
        let reply = match opened {
            Opened::SignedIn(Ok(answer)) => return self.signed_in(&door.account, answer),
            Opened::SignedIn(Err(problem)) => Reply::NotSignedIn(problem),
            Opened::SetUp(Ok(secrets)) => Reply::SetUp(secrets),
            Opened::Confirmed(Ok(())) => Reply::Confirmed,
            Opened::SetUp(Err(problem)) | Opened::Confirmed(Err(problem)) => {
                Reply::NotSetUp(problem)
            }
            // Nobody is told: it was asked at the other door.
            Opened::Ways(_) => return,
            // Without a line the session ends by itself; its token is gone from here.
            Opened::SignedOut(_) => return,
        };
        self.publisher.reply(reply);
    }

    fn signed_in(&mut self, asked: &Account, answer: SessionAnswer) {
        let account = Account {
            token: answer.token.as_str().to_owned(),
            name: Some(answer.name),
            computer: answer.computer.or_else(|| asked.computer.clone()),
            ..asked.clone()
        };
        match self.folder.set_account(&account) {
            Ok(()) => {
                self.sign_in_as(account);
                self.publisher.reply(Reply::SignedIn);
            }
            Err(problem) => self.publisher.reply(Reply::NotSignedIn(problem)),
        }
    }

    /// A printed token counts once the school has answered it.
    fn try_token(&mut self, account: Account) {
        self.asker_number += 1;
        match Asker::start(&account, self.asker_number, self.to_self.clone()) {
            Ok(asker) => {
                asker.ask(Ask::School);
                self.candidate = Some((account, asker));
            }
            Err(problem) => self.publisher.reply(Reply::NotSignedIn(problem)),
        }
    }

    fn knock(&mut self, account: Account, knock: Knock) {
        self.door_number += 1;
        let mut account = account;
        // Only who leaves shows a token.
        if !matches!(knock, Knock::SignOut) {
            account.token.clear();
        }
        match Door::start(account, self.door_number, knock, self.to_self.clone()) {
            Ok(door) => self.door = Some(door),
            Err(problem) => self.publisher.reply(Reply::NotSignedIn(problem)),
        }
    }

    /// Who would sign in at an address: who did so last, where it is the same.
    fn account_at(&self, cloud: &str) -> Account {
        let cloud = cloud.trim().trim_end_matches('/');
        let known = self.account.as_ref().filter(|known| known.cloud == cloud);
        let mut account = known
            .cloned()
            .unwrap_or_else(|| Account::by_token(cloud, ""));
        if self.options.ca.is_some() {
            account.ca.clone_from(&self.options.ca);
        }
        account
    }
}
