package io.botmesh.wire;

import io.botmesh.wire.LinkSender.Effect;
import io.botmesh.wire.LinkSender.PostId;
import io.botmesh.wire.LinkSender.Posted;
import io.botmesh.wire.LinkSender.Reach;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Posts that nobody needs any more, until they are deleted or cannot be: up to 100 go with one call. */
final class PostTidy {
    /** Telegram lets a bot delete its post for this long. */
    static final long DELETABLE_MILLIS = 48L * 3_600_000;

    /** Most posts that one call deletes. */
    static final int DELETED_AT_ONCE = 100;

    /** Posts gather for this long before a call deletes fewer than it could. */
    private static final long TIDY_MILLIS = 600_000;

    private record Place(int lane, long channel) {}

    private final long keepMillis;
    private final List<Posted> posts;

    /** @param keepMillis how long a post is kept; negative for ever */
    PostTidy(long keepMillis, List<Posted> posts) {
        this.keepMillis = keepMillis;
        this.posts = new ArrayList<>(posts);
    }

    List<Posted> state() {
        return posts;
    }

    /** @param until how far its streams have to be done before it may go, where that is asked for */
    void add(PostId post, List<Reach> until) {
        if (keepMillis >= 0) posts.add(new Posted(post, until));
    }

    /** @param isDone whether a stream is that far */
    List<Effect> onTime(long now, Predicate<Reach> isDone) {
        Map<Place, List<Posted>> ripe = new LinkedHashMap<>();
        for (Posted one : posts) {
            if (!isRipe(one, now, isDone)) continue;
            var place = new Place(one.post().lane(), one.post().channel());
            ripe.computeIfAbsent(place, none -> new ArrayList<>()).add(one);
        }
        var effects = new ArrayList<Effect>();
        Set<Posted> gone = new HashSet<>();
        ripe.forEach((place, all) -> {
            boolean overdue = all.stream().anyMatch(one -> now - one.post().at() - keepMillis >= TIDY_MILLIS);
            for (int from = 0; from < all.size(); from += DELETED_AT_ONCE) {
                int until = Math.min(all.size(), from + DELETED_AT_ONCE);
                if (!overdue && until - from < DELETED_AT_ONCE) break;
                var some = all.subList(from, until);
                gone.addAll(some);
                effects.add(new Effect.Delete(
                        place.lane,
                        place.channel,
                        some.stream().map(one -> one.post().message()).toList()));
            }
        });
        posts.removeIf(one -> gone.contains(one) || now - one.post().at() >= DELETABLE_MILLIS);
        return effects;
    }

    private boolean isRipe(Posted one, long now, Predicate<Reach> isDone) {
        long age = now - one.post().at();
        return age >= keepMillis
                && age < DELETABLE_MILLIS
                && one.until().stream().allMatch(isDone);
    }
}
