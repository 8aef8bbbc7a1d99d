package io.botmesh.world;

import java.time.Instant;
import java.util.List;

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
        if (poll.owner() != null) tell(poll, poll.owner());
    }

    /** A person has stopped a poll of its own, which the bots that see it are told. */
    void stop(Poll poll, List<Bot> viewers) {
        poll.close();
        postman.tellOpinions();
        for (var bot : viewers) tell(poll, bot);
    }

    private void tell(Poll poll, Bot bot) {
        var json = poll.write(new JsonWriter(512), bot);
        postman.give(bot, UpdateKind.POLL, poll.id(), Postman.named(UpdateKind.POLL, json));
    }

    /** Somebody has chosen, or taken back what was chosen; an anonymous poll does not tell who. */
    void vote(Poll poll, Account person, List<Integer> chosen) {
        poll.vote(person, chosen);
        tell(poll);
        var owner = poll.owner();
        if (owner == null || poll.rules().anonymous()) return;
        var json = poll.writeAnswer(new JsonWriter(512), person);
        postman.give(owner, UpdateKind.POLL_ANSWER, poll.id(), Postman.named(UpdateKind.POLL_ANSWER, json));
    }
}
