package io.botmesh.runner;

import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which journals runners of this program have. Two over one object would each read back what the other is handling, and no
 * journal can tell their calls apart.
 */
final class JournalUse {
    private static final ReentrantLock LOCK = new ReentrantLock();
    /** Journal to its user, which must not lead back to it: what a runner that failed leaves behind may be collected. */
    private static final Map<Journal<?>, Object> USERS = new WeakHashMap<>();

    private JournalUse() {}

    /**
     * Without effect for whoever has it.
     *
     * @throws IllegalStateException if it is another's
     */
    @SuppressWarnings("ReferenceEquality") // that one, not one like it
    static void claim(Journal<?> journal, Object user) {
        LOCK.lock();
        try {
            var other = USERS.putIfAbsent(journal, user);
            if (other != null && other != user)
                throw new IllegalStateException("another runner of this program has this journal: stop that one first,"
                        + " or give each a journal of its own");
        } finally {
            LOCK.unlock();
        }
    }

    /** Without effect for whoever does not have it. */
    static void release(Journal<?> journal, Object user) {
        LOCK.lock();
        try {
            USERS.remove(journal, user);
        } finally {
            LOCK.unlock();
        }
    }

    static boolean isClaimed(Journal<?> journal) {
        LOCK.lock();
        try {
            return USERS.containsKey(journal);
        } finally {
            LOCK.unlock();
        }
    }
}
