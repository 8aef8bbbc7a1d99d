package io.botmesh.bench;

import java.util.Arrays;
import java.util.Locale;

/** Several measurements of one thing: the median, and how far they lie apart. */
record Spread(double least, double median, double most) {
    static Spread of(double... seen) {
        if (seen.length == 0) throw new IllegalArgumentException("nothing was measured");
        var sorted = seen.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** As {@code median (least..most)} with that many digits after the point. */
    String text(int digits) {
        var number = "%." + digits + "f";
        return String.format(Locale.ROOT, number + " (" + number + ".." + number + ")", median, least, most);
    }
}
