//! The figures of the server at work.

use std::{io, time::Duration};

use serde_json::json;

use crate::{
    Sizes,
    load::{Load, Outcome},
    process::Process,
    report::{Report, millis, ms},
    world::{Server, User, World},
};

/// How many callers call at the same time.
const CALLERS: [usize; 4] = [1, 16, 64, 256];

/// The number of callers for which there are targets.
const USUAL: usize = 16;

/// What a run cost, beside what became of its calls.
struct Run {
    outcome: Outcome,
    /// Processor time of the server, and of the simulator, for each call.
    cpu: Duration,
    simulator: Duration,
}

impl Run {
    fn cells(&self, name: String) -> [String; 7] {
        let outcome = &self.outcome;
        [
            name,
            format!("{:.0}", outcome.rate()),
            ms(outcome.percentile(50)),
            ms(outcome.percentile(99)),
            ms(self.cpu),
            ms(self.simulator),
            format!("{:.2} %", outcome.success() * 100.0),
        ]
    }
}

const COLUMNS: [&str; 7] =
    ["", "calls/s", "p50 ms", "p99 ms", "CPU ms/call", "simulator's", "success"];

/// Calls for a while after a first round, which fills what is kept.
async fn run(
    world: &World,
    process: &Process,
    load: &Load,
    callers: usize,
    length: Duration,
) -> io::Result<Run> {
    load.closed(callers, length / 4).await?;
    let before = (process.cpu(), world.sim.cpu());
    let outcome = load.closed(callers, length).await?;
    Ok(cost(world, process, outcome, before))
}

fn cost(world: &World, process: &Process, outcome: Outcome, before: (Duration, Duration)) -> Run {
    let calls = u32::try_from(outcome.calls.len().max(1)).unwrap_or(u32::MAX);
    let cpu = (process.cpu() - before.0) / calls;
    let simulator = (world.sim.cpu() - before.1) / calls;
    Run { outcome, cpu, simulator }
}

/// Starts the server often, and looks at it before anybody calls.
pub(crate) async fn start(world: &World, sizes: &Sizes, report: &mut Report) -> io::Result<()> {
    report.section("Start");
    let mut times = Vec::new();
    let mut resident = 0;
    for _ in 0..5 {
        let server = world.serve(sizes.tenants)?;
        times.push(server.ready().await?);
        resident = server.process.resident();
    }
    times.sort_unstable();
    report.at_most("start to ready, median of 5", millis(times[2]), 300.0, "ms");
    report.at_most("idle memory", resident as f64 / MB, 32.0, "MB");
    Ok(())
}

const MB: f64 = 1024.0 * 1024.0;

/// Calls/s, latency and processor time by the number of callers, and the floor in the same minute.
pub(crate) async fn callers(
    world: &World,
    server: &Server,
    users: &[User],
    sizes: &Sizes,
    report: &mut Report,
) -> io::Result<()> {
    report.section("Calls by the number of callers");
    report.table(&COLUMNS);
    let floor = world.floor(&world.graph_users(users).await?)?;
    let load = server.load(users);
    let mut usual = None;
    for callers in CALLERS {
        let own = run(world, &server.process, &load, callers, sizes.length).await?;
        report.row(&own.cells(format!("{callers} callers")));
        let bare = run(world, &floor.process, &floor.load, callers, sizes.length / 2).await?;
        report.row(&bare.cells(format!("{callers} callers, floor")));
        if callers == USUAL {
            usual = Some((own, bare));
        }
    }
    let Some((own, bare)) = usual else { return Ok(()) };
    println!();
    report.at_least("calls/s at 16 callers", own.outcome.rate(), 2000.0, "");
    report.at_most("p99 at 16 callers", millis(own.outcome.percentile(99)), 25.0, "ms");
    report.at_most("CPU per call at 16 callers", millis(own.cpu), 0.35, "ms");
    let over = millis(own.cpu) / millis(bare.cpu);
    println!("* CPU per call, times the floor's: {over:.2}");
    Ok(())
}

/// A call whose token must be exchanged first, beside one whose is there.
pub(crate) async fn exchanges(
    world: &World,
    server: &Server,
    users: &[User],
    report: &mut Report,
) -> io::Result<()> {
    report.section("On behalf of");
    report.table(&COLUMNS);
    let fresh = world.renewed(&users[..users.len().min(1000)]).await?;
    let load = server.load(&fresh);
    for name in ["each token exchanged", "each token there"] {
        let before = (server.process.cpu(), world.sim.cpu());
        let outcome = load.once(USUAL).await?;
        report.row(&cost(world, &server.process, outcome, before).cells(name.to_owned()));
    }
    Ok(())
}

/// Whether the number of tenants and of cached users changes what a call costs.
pub(crate) async fn sizes(
    world: &World,
    server: &Server,
    users: &[User],
    sizes: &Sizes,
    report: &mut Report,
) -> io::Result<()> {
    report.section("By tenants and users, 16 callers");
    report.table(&COLUMNS);
    let mut first = world.users(1, 100.min(sizes.users)).await?;
    first.truncate(100);
    let across = users[..sizes.tenants.min(users.len())].to_vec();
    let some = users[..10].to_vec();
    let sets = [
        ("1 tenant, 100 users", first),
        ("100 tenants, 100 users", across),
        ("10 users", some),
        ("all users", users.to_vec()),
    ];
    let mut slowest = Vec::new();
    for (name, users) in sets {
        let load = server.load(&users);
        load.once(USUAL).await?;
        let run = run(world, &server.process, &load, USUAL, sizes.length).await?;
        report.row(&run.cells(format!("{name} ({})", users.len())));
        slowest.push(millis(run.outcome.percentile(99)));
    }
    println!();
    report.at_most("p99 of 100 tenants, times that of 1", slowest[1] / slowest[0], FLAT, "");
    report.at_most("p99 of all users, times that of 10", slowest[3] / slowest[2], FLAT, "");
    Ok(())
}

/// What counts as flat, where the machine itself is not quiet.
const FLAT: f64 = 1.25;

/// What calls take up that wait for Graph.
pub(crate) async fn memory(
    world: &World,
    server: &Server,
    users: &[User],
    report: &mut Report,
) -> io::Result<()> {
    report.section("1,000 calls in flight, Graph takes 250 ms");
    report.table(&COLUMNS);
    let users = &users[..users.len().min(1000)];
    let load = server.load(users);
    load.once(USUAL).await?;
    let before = server.process.resident();
    world.fault(100, json!({"kind": "delay", "millis": 250})).await?;
    let process = &server.process;
    let costs = (process.cpu(), world.sim.cpu());
    let calls = load.closed(users.len(), Duration::from_secs(5));
    let (outcome, most) = tokio::join!(calls, peak(process, Duration::from_secs(5)));
    world.heal().await?;
    let run = cost(world, process, outcome?, costs);
    report.row(&run.cells(format!("{} callers", users.len())));
    println!();
    let each = most.saturating_sub(before) as f64 / users.len() as f64 / 1024.0;
    report.at_most("memory per call in flight", each, 256.0, "KB");
    println!("* memory before {:.1} MB, at most {:.1} MB", before as f64 / MB, most as f64 / MB);
    Ok(())
}

async fn peak(process: &Process, length: Duration) -> u64 {
    let mut most = 0;
    for _ in 0..length.as_millis() / 50 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        most = most.max(process.resident());
    }
    most
}

/// Whether memory grows while the same goes on.
pub(crate) async fn soak(
    server: &Server,
    users: &[User],
    length: Duration,
    report: &mut Report,
) -> io::Result<()> {
    report.section(&format!("Soak, {} s", length.as_secs()));
    let load = server.load(users);
    load.once(USUAL).await?;
    let minutes = u32::try_from(length.as_secs() / 60).unwrap_or(u32::MAX).max(2);
    let mut means = Vec::new();
    for _ in 0..minutes {
        let calls = load.closed(USUAL, length / minutes);
        let (outcome, mean) = tokio::join!(calls, mean(&server.process, length / minutes));
        println!("* {:.0} calls/s, memory {:.1} MB", outcome?.rate(), mean / MB);
        means.push(mean);
    }
    let drift = (means[means.len() - 1] / means[0] - 1.0) * 100.0;
    report.at_most("memory of the last minute over that of the first", drift, 5.0, "%");
    Ok(())
}

async fn mean(process: &Process, length: Duration) -> f64 {
    let samples = (length.as_millis() / 500).max(1);
    let mut sum = 0.0;
    for _ in 0..samples {
        tokio::time::sleep(Duration::from_millis(500)).await;
        sum += process.resident() as f64;
    }
    sum / samples as f64
}
