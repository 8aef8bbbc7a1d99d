package io.botmesh.cli;

import io.botmesh.emulator.HttpOptions;
import io.botmesh.world.Assumption;
import io.botmesh.world.Assumptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code --assume} changes: how the emulator takes what is not known for sure.
 *
 * @param world    of what bots and people do
 * @param http     of the web front, on top of what other options say
 * @param linkLife how long a download link works
 */
record Assumed(Assumptions world, HttpOptions http, Duration linkLife) {
    /** Switches that are no assumptions of the world. */
    private static final List<String> OTHERS =
            List.of("file-ranges", "refuses-in-json", "methods-with-errors", "link-seconds");

    /** Takes {@code NAME=VALUE} one after the other, the later of equal names counts. */
    static Assumed read(List<String> written, HttpOptions http, Duration linkLife) {
        var assumed = new Assumed(Assumptions.defaults(), http, linkLife);
        for (var each : written) {
            try {
                assumed = assumed.with(each);
            } catch (IllegalArgumentException refused) {
                throw CommandException.wrongUse("--assume " + each + ": " + refused.getMessage(), refused);
            }
        }
        return assumed;
    }

    private Assumed with(String written) {
        int equals = written.indexOf('=');
        var value = written.substring(equals + 1);
        return switch (equals < 0 ? "" : written.substring(0, equals)) {
            case "file-ranges" -> withHttp(http.withFileRanges(yes(value)));
            case "refuses-in-json" -> withHttp(http.withRefusesInJson(yes(value)));
            case "methods-with-errors" -> withHttp(http.withMethodsWithErrors(yes(value)));
            case "link-seconds" -> new Assumed(world, http, seconds(value));
            default -> new Assumed(ofTheWorld(written), http, linkLife);
        };
    }

    private Assumptions ofTheWorld(String written) {
        try {
            return world.with(written);
        } catch (IllegalArgumentException refused) {
            boolean known = Arrays.stream(Assumption.values())
                    .anyMatch(assumption -> written.startsWith(assumption.wireName() + "="));
            if (known) throw refused;
            throw new IllegalArgumentException(refused.getMessage() + ", " + String.join(", ", OTHERS), refused);
        }
    }

    private Assumed withHttp(HttpOptions other) {
        return new Assumed(world, other, linkLife);
    }

    private static boolean yes(String value) {
        return switch (value) {
            case "yes" -> true;
            case "no" -> false;
            default -> throw new IllegalArgumentException("give yes or no");
        };
    }

    private static Duration seconds(String value) {
        if (!value.matches("[0-9]{1,9}")) throw new IllegalArgumentException("give a number of seconds");
        return Duration.ofSeconds(Long.parseLong(value));
    }
}
