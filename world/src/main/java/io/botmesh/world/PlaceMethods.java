package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.time.Instant;

/** Methods about places, fixed and moving. */
final class PlaceMethods {
    private static final int LEAST_PERIOD = 60;
    private static final int MOST_PERIOD = 86_400;
    private static final int MOST_RADIUS = 100_000;

    private final Core core;
    private final Sending sending;
    private final Editing editing;

    PlaceMethods(Core core) {
        this.core = core;
        sending = new Sending(core);
        editing = new Editing(core);
    }

    void addTo(MethodTable table) {
        table.faithful("sendLocation", Pace.SEND, this::sendLocation);
        table.faithful("sendVenue", Pace.SEND, this::sendVenue);
        table.faithful("editMessageLiveLocation", Pace.SEND, this::editMessageLiveLocation);
        table.faithful("stopMessageLiveLocation", Pace.SEND, this::stopMessageLiveLocation);
    }

    Reply sendLocation(Bot bot, Params params) {
        var place = Place.parse(params);
        int period = params.integer("live_period", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        var wanted = new LocationContent(place, period, heading(params), radius(params), period != 0);
        return sending.send(bot, params, "sendLocation", posted -> expire(posted, period), () -> {
            check(wanted);
            return () -> wanted;
        });
    }

    Reply sendVenue(Bot bot, Params params) {
        var place = Place.parse(params);
        var venue = VenueContent.of(place, params::raw);
        return sending.send(bot, params, "sendVenue", () -> {
            venue.require();
            return () -> venue;
        });
    }

    Reply editMessageLiveLocation(Bot bot, Params params) {
        var place = Place.parse(params);
        boolean another = params.has("live_period");
        int period = params.integer("live_period", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        int heading = heading(params);
        int radius = radius(params);
        return editing.edit(bot, params, message -> {
            var before = live(message);
            var after = new LocationContent(place, another ? period : before.livePeriod(), heading, radius, true);
            check(after);
            return () -> {
                if (another) expire(message, period);
                return after;
            };
        });
    }

    Reply stopMessageLiveLocation(Bot bot, Params params) {
        return editing.edit(bot, params, message -> {
            var stopped = live(message).stopped();
            return () -> stopped;
        });
    }

    private static LocationContent live(Message message) {
        if (!(message.content() instanceof LocationContent location) || location.livePeriod() == 0) {
            throw Refused.of(400, "There is no live location in the message to edit");
        }
        if (!location.live()) throw Refused.of(400, "Message can't be edited");
        return location;
    }

    private static int heading(Params params) {
        return params.integer("heading", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static int radius(Params params) {
        return params.integer("proximity_alert_radius", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static void check(LocationContent location) {
        location.place().require();
        int period = location.livePeriod();
        if (period != 0 && period != LocationContent.FOREVER && (period < LEAST_PERIOD || period > MOST_PERIOD)) {
            throw Refused.of(400, "Wrong live location period specified");
        }
        if (location.heading() < 0 || location.heading() > 360) {
            throw Refused.of(400, "Wrong live location heading specified");
        }
        if (location.radius() < 0 || location.radius() > MOST_RADIUS) {
            throw Refused.of(400, "Wrong live location proximity alert radius specified");
        }
    }

    /** When its time is over a place stands still, which nobody is told. */
    private void expire(Message message, int period) {
        if (period == 0 || period == LocationContent.FOREVER) return;
        var end = Instant.ofEpochSecond(message.date() + period);
        core.agenda().at(end, () -> {
            if (message.content() instanceof LocationContent location
                    && location.live()
                    && location.livePeriod() == period) {
                message.settle(location.stopped());
            }
        });
    }
}
