package io.botmesh.emulator;

import java.util.ArrayList;
import java.util.List;

/**
 * Which parts of a file a {@code Range} header asks for, as nginx reads it (its range filter, RFC 9110 section 14): it gives
 * the whole file where the parts together are more than that, or where it knows no such unit.
 *
 * @param wanted in the order they were asked for; empty for the whole file, unless {@code unsatisfiable}
 */
record ByteRanges(List<Part> wanted, boolean unsatisfiable) {
    private static final ByteRanges WHOLE = new ByteRanges(List.of(), false);
    private static final ByteRanges NONE = new ByteRanges(List.of(), true);

    /** As it is called in the header, in lower case. */
    private static final String UNIT = "bytes=";

    /** Bytes from {@code start} up to and without {@code end}, at least one. */
    record Part(long start, long end) {
        long size() {
            return end - start;
        }

        String contentRange(long of) {
            return "bytes " + start + "-" + (end - 1) + "/" + of;
        }
    }

    static ByteRanges parse(String header, long size) {
        if (!header.regionMatches(true, 0, UNIT, 0, UNIT.length())) return WHOLE;
        List<Part> parts = new ArrayList<>();
        long sum = 0;
        for (var spec : header.substring(UNIT.length()).split(",", -1)) {
            int dash = spec.indexOf('-');
            if (dash < 0) return NONE;
            var from = spec.substring(0, dash).strip();
            var to = spec.substring(dash + 1).strip();
            if (!isNumber(from) || !isNumber(to) || (from.isEmpty() && to.isEmpty())) return NONE;
            long start;
            long end = size;
            if (from.isEmpty()) {
                start = Math.max(0, size - number(to));
            } else {
                start = number(from);
                if (!to.isEmpty()) end = Math.min(size, number(to) + 1);
            }
            if (size == 0 && start == 0) return WHOLE;
            // A part that is not there is passed over; one that ends before it begins is no better.
            if (start >= end) continue;
            parts.add(new Part(start, end));
            sum += end - start;
            if (sum > size) return WHOLE;
        }
        return parts.isEmpty() ? NONE : new ByteRanges(List.copyOf(parts), false);
    }

    private static boolean isNumber(String text) {
        // Longer numbers overflow, which nginx takes for a mistake; no file is that large.
        return text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long number(String digits) {
        return Long.parseLong(digits);
    }
}
