//! What ordinary mail is made of.

use crate::data::random::Random;

/// Something that people write about.
#[derive(Debug)]
pub(crate) struct Topic {
    /// Where such mail is filed.
    pub(crate) folder: &'static str,
    /// Who writes about it, by short names.
    pub(crate) people: &'static str,
    /// Written by machines.
    pub(crate) automatic: bool,
    pub(crate) subjects: &'static [&'static str],
    greetings: &'static [&'static str],
    sentences: &'static [&'static str],
    closings: &'static [&'static str],
}

/// What may stand around a subject.
pub(crate) const SUBJECTS: [&str; 4] =
    ["Re: {}", "Fwd: {}", "{} (updated)", "RE: {} - one question"];

const ENGLISH: (&[&str], &[&str]) = (
    &["Hi,", "Hello,", "Good morning,", "Hi all,"],
    &["Best regards", "Thanks", "Kind regards", "Cheers"],
);

#[rustfmt::skip]
pub(crate) const TOPICS: &[Topic] = &[
    Topic {
        folder: "Inbox", people: "jonas ingrid tom priya bjorn", automatic: false,
        subjects: &["Weekly status", "Agenda for Thursday", "Meeting notes", "Office move", "Holiday planning", "Lunch and learn: floating foundations"],
        greetings: ENGLISH.0,
        sentences: &[
            "The minutes are on the team site, please check that your actions are right.",
            "I moved our meeting to the small room because the big one has no screen at the moment.",
            "Could you send me the slides before noon?",
            "We still need one volunteer for the safety walk on Monday.",
            "Nothing urgent, just wanted to keep you in the loop.",
            "The new coffee machine has arrived and nobody knows how it works.",
        ],
        closings: ENGLISH.1,
    },
    Topic {
        folder: "Projects/Apollo", people: "jonas bjorn haruto noa", automatic: false,
        subjects: &["Apollo turbine layout", "Apollo foundation loads", "Apollo wind data", "Apollo cable route", "Apollo risk register"],
        greetings: ENGLISH.0,
        sentences: &[
            "The layout now has 24 turbines with at least six rotor diameters between them.",
            "The soil survey shows clay down to eleven metres at positions A4 and A5.",
            "Mean wind speed at hub height was 9.4 m/s last month.",
            "I updated the risk register, two items went from amber to green.",
            "The export cable route avoids the spawning ground completely.",
            "We should freeze the design by the end of the month.",
        ],
        closings: ENGLISH.1,
    },
    Topic {
        folder: "Projects/Apollo/Suppliers", people: "petra erik greta lukas", automatic: false,
        subjects: &["Quotation for inter-array cables", "Delivery schedule transition pieces", "Purchase order confirmation", "Paint system offer", "Crane availability"],
        greetings: ENGLISH.0,
        sentences: &[
            "Please find our revised quotation below, valid for 60 days.",
            "Delivery of the first lot is confirmed for week 32.",
            "The price of copper moved again, so we had to adjust position 4.",
            "The crane vessel is available between the 5th and the 19th.",
            "Kindly confirm the purchase order number on all invoices.",
        ],
        closings: ENGLISH.1,
    },
    Topic {
        folder: "Projects/Borealis", people: "claire layla ingrid dana", automatic: false,
        subjects: &["Borealis permit", "Borealis lease agreement", "Borealis grid connection", "Borealis stakeholder meeting"],
        greetings: ENGLISH.0,
        sentences: &[
            "The ministry wants the impact assessment before the hearing.",
            "The lease runs for 30 years with an option for ten more.",
            "The grid operator offered a connection date in the second quarter.",
            "Two municipalities asked for a visualisation from the coast.",
        ],
        closings: ENGLISH.1,
    },
    Topic {
        folder: "Inbox", people: "bjorn ingrid sofia", automatic: false,
        subjects: &["Møte på onsdag", "Vaktliste uke 40", "Reiseregning", "Sommerfest på Fløyen", "Påminnelse: HMS-kurs"],
        greetings: &["Hei!", "Hei Mira,", "God morgen,"],
        sentences: &[
            "Kan du se over tallene før møtet på onsdag?",
            "Båten går fra kaia klokka sju, ta med varme klær.",
            "Reiseregningen din er godkjent og utbetales den tjuende.",
            "Vi trenger én til på vakta i høstferien.",
            "Husk å melde deg på HMS-kurset før fredag.",
        ],
        closings: &["Mvh", "Hilsen", "Ha en fin dag"],
    },
    Topic {
        folder: "Projects/Apollo/Suppliers", people: "greta lukas", automatic: false,
        subjects: &["Angebot Rotorblätter", "Liefertermin Gründungspfähle", "Rückfrage zur Prüfbescheinigung", "Protokoll Werksabnahme"],
        greetings: &["Guten Tag Frau Solberg,", "Hallo Mira,"],
        sentences: &[
            "anbei erhalten Sie unser überarbeitetes Angebot.",
            "Der Liefertermin verschiebt sich leider um zwei Wochen.",
            "Für die Prüfbescheinigung fehlt uns noch die Chargennummer.",
            "Die Werksabnahme findet am Dienstag in Cuxhaven statt.",
        ],
        closings: &["Mit freundlichen Grüßen", "Viele Grüße"],
    },
    Topic {
        folder: "Archive", people: "claire amelie", automatic: false,
        subjects: &["Contrat de prestation", "Réunion à Lyon", "Projet d'avenant n° 2", "Note d'honoraires"],
        greetings: &["Bonjour Mira,", "Chère Madame,"],
        sentences: &[
            "vous trouverez ci-joint le projet d'avenant.",
            "La réunion à Lyon est confirmée pour le mois prochain.",
            "L'article 7 doit être relu par le service juridique.",
            "Nous restons à votre disposition pour toute question.",
        ],
        closings: &["Cordialement", "Bien à vous"],
    },
    Topic {
        folder: "Archive", people: "haruto kenji", automatic: false,
        subjects: &["タービン点検の日程", "見積書の送付", "会議の議事録", "出張のご案内"],
        greetings: &["ミラ様", "お世話になっております。"],
        sentences: &[
            "来週の点検の日程をお知らせいたします。",
            "見積書を添付いたしましたのでご確認ください。",
            "ギアボックスの振動データに異常はありませんでした。",
            "ご不明な点がございましたらお知らせください。",
        ],
        closings: &["よろしくお願いいたします。"],
    },
    Topic {
        folder: "Inbox", people: "build", automatic: true,
        subjects: &["Build succeeded: turbine-model #4711", "Build failed: scada-gateway #882", "Nightly tests: 2 failures"],
        greetings: &["Automatic message."],
        sentences: &[
            "The pipeline finished in 14 minutes and 3 seconds.",
            "Two tests failed in module wake_losses.",
            "Artifacts are kept for 30 days.",
            "Do not answer this message.",
        ],
        closings: &["Build Server"],
    },
    Topic {
        folder: "Inbox/Receipts & travel", people: "travel marta facilities", automatic: true,
        subjects: &["Your booking BGO-OSL", "Receipt for your stay", "Parcel waiting at reception", "Boarding pass"],
        greetings: &["Dear traveller,", "Hello,"],
        sentences: &[
            "Your booking is confirmed, reference QX7RTA.",
            "The total of NOK 2 349 was charged to the card ending in 0042.",
            "Please bring identification when you collect the parcel.",
            "Check-in opens 24 hours before departure.",
        ],
        closings: &["Your travel desk"],
    },
];

/// Writes the body that belongs to a number: its topic, then a choice of sentences.
pub(crate) fn body(number: u64) -> String {
    let count = TOPICS.len() as u64;
    let topic = &TOPICS[(number % count) as usize];
    let mut random = Random::new(number);
    let greeting = random.pick(topic.greetings);
    let lines = 2 + random.below(3);
    let sentences: String =
        (0..lines).map(|_| format!("<p>{}</p>\r\n", random.pick(topic.sentences))).collect();
    let closing = random.pick(topic.closings);
    format!("<p>{greeting}</p>\r\n{sentences}<p>{closing}</p>")
}

/// Returns something that is said about a topic, which is named as its mail is filed.
pub(crate) fn sentence(folder: &str, random: &mut Random) -> &'static str {
    random.pick::<&str>(topic(folder).sentences)
}

/// Returns what a topic is called.
pub(crate) fn subject(folder: &str, random: &mut Random) -> &'static str {
    random.pick::<&str>(topic(folder).subjects)
}

fn topic(folder: &str) -> &'static Topic {
    let is = |topic: &&Topic| topic.folder == folder && !topic.automatic;
    TOPICS.iter().find(is).unwrap_or(&TOPICS[0])
}
