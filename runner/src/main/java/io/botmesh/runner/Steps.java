package io.botmesh.runner;

/** How the threads of a crew go on: at once, unless somebody lets them go one at a time, as a {@link Rehearsal} does. */
interface Steps {
    /** The system decides. */
    Steps FREE = new Steps() {};

    /** The calling thread is about to wait until its turn is {@link #woken}; under the crew's lock, which waiting gives back. */
    default void waits() {}

    /** A turn that waits may go on, or need not wait. Under the crew's lock. */
    default void woken(Turn<?> turn) {}

    /** The calling thread waits no more. Without the lock. */
    default void goesOn() {}

    /** Runs what whoever calls must not: it may hold a lock of its own. */
    default void aside(Runnable what) {
        Thread.ofVirtual().name("botmesh-dropper").start(what);
    }
}
