package io.botmesh.world;

/** How often something happened within the last minute. Holds no clock; seconds do not run backwards. */
final class LastMinute {
    private final int[] bySecond = new int[60];
    private long latest;
    private int sum;

    void add(long second) {
        forget(second);
        bySecond[index(latest)]++;
        sum++;
    }

    int count(long second) {
        forget(second);
        return sum;
    }

    private void forget(long second) {
        if (second <= latest) return;
        for (long passed = Math.max(latest + 1, second - bySecond.length + 1); passed <= second; passed++) {
            sum -= bySecond[index(passed)];
            bySecond[index(passed)] = 0;
        }
        latest = second;
    }

    private int index(long second) {
        return Math.floorMod(second, bySecond.length);
    }
}
