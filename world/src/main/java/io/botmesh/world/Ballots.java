package io.botmesh.world;

import java.time.Instant;

/** Keeps the time of polls and tells their bots how they go. */
final class Ballots {
    private final Agenda agenda;
    private final Postman postman;

    Ballots(Agenda agenda, Postman postman) {
        this.agenda = agenda;
        this.postman = postman;
    }

    /** A poll that has an end closes by itself. */
    void closeInTime(Poll poll) {
        if (poll.rules().closeDate() == 0 || poll.isClosed()) return;
        agenda.at(Instant.ofEpochSecond(poll.rules().closeDate()), () -> {
            if (poll.isClosed()) return;
            poll.close();
            tell(poll);
        });
    }

    /** How it stands, to the bot that asks. */
    void tell(Poll poll) {
        postman.tellOpinions();
        var json = poll.write(new JsonWriter(512), poll.owner());
        postman.give(poll.owner(), UpdateKind.POLL, poll.id(), Postman.named(UpdateKind.POLL, json));
    }

    /** Somebody has chosen, or taken back what was chosen; an anonymous poll does not tell who. */
    void vote(Poll poll, Account person, java.util.List<Integer> chosen) {
        poll.vote(person, chosen);
        tell(poll);
        if (poll.rules().anonymous()) return;
        var json = poll.writeAnswer(new JsonWriter(512), person);
        postman.give(poll.owner(), UpdateKind.POLL_ANSWER, poll.id(), Postman.named(UpdateKind.POLL_ANSWER, json));
    }
}
