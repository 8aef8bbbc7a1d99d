package io.botmesh.seal;

import io.botmesh.wire.Confidential.KeyNotice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a reader opens packets with: its own, those of groups that it reads for, and those of both that are on
 * their way out. A value: every change gives a new keyring, to be stored before it is used.
 *
 * @param keys           at least one own key without an end
 * @param nextGeneration what the next key gets; counts all keys this reader ever had, so that a replay window knows
 *                       when no packet that it saw can be opened any more
 */
public record Keyring(List<Held> keys, long nextGeneration) {
    /** How long a reader keeps a key that it has replaced: Telegram keeps posts for a day, and resends take time. */
    public static final Duration LIFE = Duration.ofDays(2);

    /**
     * One key.
     *
     * @param secret     opens
     * @param generation grows with every key
     * @param group      for which group, or empty for the reader's own
     * @param epoch      of the group's key; 0 for own ones
     * @param until      when it is thrown away, or null while it is in use
     */
    public record Held(
            ReaderSecret secret,
            long generation,
            String group,
            long epoch,
            @Nullable Instant until) {
        private Held ending(Instant when) {
            Instant earlier = until == null || when.isBefore(until) ? when : until;
            return new Held(secret, generation, group, epoch, earlier);
        }
    }

    public Keyring {
        keys = List.copyOf(keys);
        if (keys.stream().noneMatch(key -> key.group.isEmpty() && key.until == null)) {
            throw new IllegalArgumentException("no own key that is in use");
        }
        if (keys.stream().anyMatch(key -> key.generation >= nextGeneration)) {
            throw new IllegalArgumentException("nextGeneration: " + nextGeneration);
        }
    }

    /** A keyring with one own key. */
    public static Keyring of(ReaderSecret own) {
        return new Keyring(List.of(new Held(own, 0, "", 0, null)), 1);
    }

    /** What others seal to: the own key in use. */
    public ReaderKey current() {
        return current("").orElseThrow().key();
    }

    /** The key in use of a group that this reader reads for. */
    public Optional<ReaderSecret> current(String group) {
        return keys.stream()
                .filter(key -> key.group.equals(group) && key.until == null)
                .max(Comparator.comparingLong(Held::generation))
                .map(Held::secret);
    }

    /** The keys with this id, each once; nearly always one or none. */
    public List<ReaderSecret> find(int id) {
        return keys.stream()
                .map(Held::secret)
                .filter(secret -> secret.key().id() == id)
                .distinct() // an owner may hand out the same one under many numbers
                .toList();
    }

    /**
     * With a new own key in use; the one before it still opens for a while.
     *
     * @param life how long; {@link #LIFE} or longer, as senders may resend what they sealed to it, and repair of gaps
     *             reaches back no further
     */
    public Keyring rotated(ReaderSecret next, Instant now, Duration life) {
        return replaced("", 0, next, now, life);
    }

    /**
     * With a group's key, as its owner handed it over; the one before it still opens for a while. A key of an epoch
     * that is not newer than what is there changes nothing.
     */
    public Keyring joined(String group, long epoch, ReaderSecret secret, Instant now, Duration life) {
        if (group.isEmpty()) throw new IllegalArgumentException("a group without a name");
        boolean stale = keys.stream().anyMatch(key -> key.group.equals(group) && key.epoch >= epoch);
        return stale ? this : replaced(group, epoch, secret, now, life);
    }

    /**
     * What {@link #joined(String, long, ReaderSecret, Instant, Duration)} makes of a notice. Whether its sender owns
     * the group is for the caller to know: the packet's signature says who it is.
     *
     * @throws IllegalArgumentException when the private half is missing or does not fit the public one
     */
    public Keyring joined(KeyNotice notice, Instant now, Duration life) {
        if (notice.secret().length == 0) throw new IllegalArgumentException("a notice for writers");
        var secret = ReaderSecret.of(notice.secret());
        if (!secret.key().equals(ReaderKey.of(notice.key()))) {
            throw new IllegalArgumentException("the halves of the key of " + notice.group() + " do not fit");
        }
        return joined(notice.group(), notice.epoch(), secret, now, life);
    }

    /** Without the keys of a group whose packets this reader no longer wants. */
    public Keyring left(String group) {
        if (group.isEmpty()) throw new IllegalArgumentException("a group without a name");
        return new Keyring(keys.stream().filter(key -> !key.group.equals(group)).toList(), nextGeneration);
    }

    /** Without the keys whose time is over. */
    public Keyring expired(Instant now) {
        return new Keyring(
                keys.stream()
                        .filter(key -> key.until == null || now.isBefore(key.until))
                        .toList(),
                nextGeneration);
    }

    /** Generation of the newest key there ever was. */
    public long newestGeneration() {
        return nextGeneration - 1;
    }

    /** Generation of the oldest key that is still held. */
    public long oldestGeneration() {
        return keys.stream().mapToLong(Held::generation).min().orElseThrow();
    }

    private Keyring replaced(String group, long epoch, ReaderSecret next, Instant now, Duration life) {
        if (life.isNegative()) throw new IllegalArgumentException("life: " + life);
        var all = new ArrayList<Held>();
        for (Held key : keys) all.add(key.group.equals(group) ? key.ending(now.plus(life)) : key);
        all.add(new Held(next, nextGeneration, group, epoch, null));
        return new Keyring(all, nextGeneration + 1);
    }
}
