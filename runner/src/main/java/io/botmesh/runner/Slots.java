package io.botmesh.runner;

/** How many handlers run, and how many more may. Guarded by the lock of the {@link Crew}. */
final class Slots {
    private final int most;
    private final int reserve;
    private int used;
    /** Those of them that control tasks have not. */
    private int usedByOthers;

    /**
     * @param most    slots in all
     * @param reserve those of them that only control tasks may have
     */
    Slots(int most, int reserve) {
        if (reserve >= most) throw new IllegalArgumentException("reserve " + reserve + " is not below the concurrency");
        this.most = most;
        this.reserve = reserve;
    }

    boolean hasRoom(boolean control) {
        return used < most && (control || usedByOthers < most - reserve);
    }

    void use(boolean control) {
        used++;
        if (!control) usedByOthers++;
    }

    void free(boolean control) {
        used--;
        if (!control) usedByOthers--;
    }

    int used() {
        return used;
    }

    /** How many of so many ready tasks there are slots for. */
    int roomFor(int control, int others) {
        int first = Math.min(most - used, control);
        return first + Math.max(0, Math.min(Math.min(most - used - first, most - reserve - usedByOthers), others));
    }
}
