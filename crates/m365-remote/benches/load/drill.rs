//! What happens to calls while something around the server goes wrong.

use std::{fs, io, time::Duration};

use serde_json::json;
use tokio::time::sleep;

use crate::{
    load::Outcome,
    report::{Report, ms},
    world::{Server, User, World},
};

/// Calls that begin in a second.
const RATE: u32 = 200;

/// How long is looked at what comes after a fault.
const AFTER: Duration = Duration::from_secs(15);

/// How soon after an outage calls must succeed again.
const RECOVERY: Duration = Duration::from_secs(5);

/// The parts of every drill.
pub(crate) struct Drill<'a> {
    pub(crate) world: &'a World,
    pub(crate) server: &'a Server,
    pub(crate) users: &'a [User],
    /// How long each fault lasts.
    pub(crate) length: Duration,
    pub(crate) tenants: usize,
}

impl Drill<'_> {
    /// Goes through all of them.
    pub(crate) async fn run(&self, report: &mut Report) -> io::Result<()> {
        self.server.load(self.users).once(16).await?;
        self.outage(report).await?;
        self.brown_out(report).await?;
        self.slow(report).await?;
        self.keys(report).await?;
        self.reload(report).await
    }

    async fn outage(&self, report: &mut Report) -> io::Result<()> {
        report.section(&format!("Outage of {} s, {RATE} calls/s", self.length.as_secs()));
        let before = self.world.count("graph").await?;
        let (outcome, attempts) = self
            .calls(async {
                self.world.fault(100, json!({"kind": "status", "status": 503})).await?;
                sleep(self.length).await;
                let attempts = self.world.count("graph").await? - before;
                self.world.heal().await?;
                sleep(AFTER).await;
                Ok(attempts)
            })
            .await?;
        let during = outcome.calls.iter().filter(|call| call.at < self.length).count();
        show(&outcome);
        report.at_most("requests for each call", attempts as f64 / during as f64, 1.05, "");
        let after = outcome.success_within(self.length + RECOVERY, Duration::MAX) * 100.0;
        report.at_least("success from 5 s after the recovery", after, 99.0, "%");
        Ok(())
    }

    async fn brown_out(&self, report: &mut Report) -> io::Result<()> {
        report.section(&format!("Brown-out of 25 % for {} s", self.length.as_secs()));
        let before = self.world.count("graph").await?;
        let fault = json!({"kind": "status", "status": 503});
        let outcome = self.during(25, fault).await?;
        let requests = self.world.count("graph").await? - before;
        show(&outcome);
        println!("* requests for each call: {:.2}", requests as f64 / outcome.calls.len() as f64);
        report.at_least("success", outcome.success() * 100.0, 98.0, "%");
        Ok(())
    }

    async fn slow(&self, report: &mut Report) -> io::Result<()> {
        report.section(&format!("Graph takes 2 s, for {} s", self.length.as_secs()));
        let outcome = self.during(100, json!({"kind": "delay", "millis": 2000})).await?;
        show(&outcome);
        report.at_least("success", outcome.success() * 100.0, 99.0, "%");
        Ok(())
    }

    async fn during(&self, percent: u8, fault: serde_json::Value) -> io::Result<Outcome> {
        let script = async {
            self.world.fault(percent, fault).await?;
            sleep(self.length).await;
            self.world.heal().await
        };
        Ok(self.calls(script).await?.0)
    }

    /// Half of the callers come with tokens of the new key, which the server has to fetch first.
    async fn keys(&self, report: &mut Report) -> io::Result<()> {
        report.section("Another key signs");
        // The key that is published already, and then one that nobody has seen.
        for _ in 0..2 {
            self.world.control("POST", "/_sim/keys", &json!({"do": "rotate"})).await?;
        }
        let renewed = self.world.renewed(&self.users[..self.users.len() / 2]).await?;
        let users = [self.users, &renewed].concat();
        let load = self.server.load(&users);
        let (outcome, ()) = load.open(RATE, pause(self.length)).await?;
        show(&outcome);
        report.at_least("success", outcome.success() * 100.0, 100.0, "%");
        Ok(())
    }

    /// The allow-list loses and gains a tenant whose users do not call.
    async fn reload(&self, report: &mut Report) -> io::Result<()> {
        report.section("The configuration is read again each second");
        let script = async {
            for turn in 0..self.length.as_secs() {
                let spare = usize::from(turn % 2 == 0);
                let text = self.world.config(self.tenants + spare).to_string();
                let next = self.server.config.with_extension("next");
                fs::write(&next, text)?;
                fs::rename(&next, &self.server.config)?;
                self.server.process.reload()?;
                sleep(Duration::from_secs(1)).await;
            }
            Ok(())
        };
        let outcome = self.calls(script).await?.0;
        show(&outcome);
        report.at_least("success", outcome.success() * 100.0, 100.0, "%");
        Ok(())
    }

    async fn calls<T>(
        &self,
        script: impl Future<Output = io::Result<T>>,
    ) -> io::Result<(Outcome, T)> {
        self.server.load(self.users).open(RATE, script).await
    }
}

async fn pause(length: Duration) -> io::Result<()> {
    sleep(length).await;
    Ok(())
}

fn show(outcome: &Outcome) {
    println!(
        "* {} calls, {:.2} % good, p50 {} ms, p99 {} ms",
        outcome.calls.len(),
        outcome.success() * 100.0,
        ms(outcome.percentile(50)),
        ms(outcome.percentile(99)),
    );
}
