package io.botmesh.world;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** What goes on between people and bots beside messages, and waits for an answer or is kept for later. */
final class Interactions {
    final Callbacks callbacks;
    private final SplittableRandom random;

    final Ballots ballots;
    final Reactions reactions;
    final InlineQueries inline;
    final Scores scores = new Scores();
    final Stars stars;
    final Checkouts checkouts;
    final Connections connections;
    final Gifts gifts;
    final Suggestions suggestions;
    final StickerSets stickers = new StickerSets();
    /** What bots say of whom they have verified. */
    final Map<Long, String> verified = new HashMap<>();

    Interactions(long seed, Registry registry, Agenda agenda, Postman postman, Assumptions assumptions) {
        random = new SplittableRandom(seed);
        ballots = new Ballots(agenda, postman);
        reactions = new Reactions(registry, agenda, postman, assumptions.value(Assumption.REACTION_SECONDS));
        inline = new InlineQueries(this::nextId, assumptions.value(Assumption.INLINE_SECONDS));
        stars = new Stars(agenda);
        connections = new Connections(postman, agenda);
        gifts = new Gifts(this::nextId, assumptions.value(Assumption.GIFT_PERCENT));
        checkouts = new Checkouts(agenda, postman, stars, this::nextId);
        suggestions = new Suggestions(agenda, postman, stars, this::nextId);
        postman.onDeleted(suggestions::deleted);
        callbacks = new Callbacks(random.nextLong(), assumptions.value(Assumption.BUTTON_SECONDS));
    }

    /** For whatever needs an id that nobody guesses. */
    long nextId() {
        return random.nextLong(1, Long.MAX_VALUE);
    }
}
