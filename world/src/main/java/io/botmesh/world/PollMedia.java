package io.botmesh.world;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** What is shown beside a question, an answer or an explanation of a poll. */
sealed interface PollMedia {
    /** Writes a {@code PollMedia}. */
    void write(JsonWriter json, FileJson files, Bot viewer);

    record File(FileRecord file) implements PollMedia {
        @Override
        public void write(JsonWriter json, FileJson files, Bot viewer) {
            json.object().name(file.type().field());
            if (file.type() == FileType.PHOTO) files.writeSizes(json, file, viewer);
            else files.write(json, file, viewer);
            json.endObject();
        }
    }

    record Point(Place place) implements PollMedia {
        @Override
        public void write(JsonWriter json, FileJson files, Bot viewer) {
            place.writeOpen(json.object().name("location")).endObject().endObject();
        }
    }

    record Spot(VenueContent venue) implements PollMedia {
        @Override
        public void write(JsonWriter json, FileJson files, Bot viewer) {
            venue.writeVenue(json.object());
            json.endObject();
        }
    }

    record Link(String url) implements PollMedia {
        @Override
        public void write(JsonWriter json, FileJson files, Bot viewer) {
            json.object().name("link").object().field("url", url).endObject().endObject();
        }
    }

    /** Beside a question or an explanation. */
    Set<FileType> FILES = EnumSet.of(
            FileType.ANIMATION, FileType.AUDIO, FileType.DOCUMENT, FileType.LIVE_PHOTO, FileType.PHOTO, FileType.VIDEO);

    /** Beside an answer, where links may stand too. */
    Set<FileType> FILES_OF_OPTIONS =
            EnumSet.of(FileType.ANIMATION, FileType.LIVE_PHOTO, FileType.PHOTO, FileType.STICKER, FileType.VIDEO);

    /** What a call says of it, before it is checked. */
    interface Draft {
        /**
         * Refuses what cannot be shown.
         *
         * @return what makes it, and keeps a file that is new
         */
        Supplier<PollMedia> check(Core core, Bot bot);
    }

    static Draft read(Core core, Params params, JsonNode media, boolean ofOption) {
        var what = ofOption ? "InputPollOptionMedia" : "InputPollMedia";
        if (!media.isObject()) throw Refused.of(400, "Can't parse " + what + ": expected an Object");
        switch (Lenient.text(media, "type")) {
            case "location" -> {
                var place = place(media);
                return (world, bot) -> {
                    var checked = new Point(place.require());
                    return () -> checked;
                };
            }
            case "venue" -> {
                var venue = VenueContent.of(place(media), name -> Lenient.raw(media, name));
                return (world, bot) -> {
                    var checked = new Spot(venue.require());
                    return () -> checked;
                };
            }
            case "link" -> {
                if (ofOption) {
                    var url = WebLinks.require(Lenient.text(media, "url"), "Can't parse " + what + ": ");
                    return (world, bot) -> () -> new Link(url);
                }
            }
            default -> {}
        }
        var allowed = ofOption ? FILES_OF_OPTIONS : FILES;
        var draft = new MediaReader(core).media(params, media, what, allowed, "is unsupported", true);
        return (world, bot) -> {
            var maker = draft.check(world, bot);
            return () -> new File(maker.get().files().getFirst());
        };
    }

    private static Place place(JsonNode media) {
        return Place.of(
                Lenient.text(media, "latitude"),
                Lenient.text(media, "longitude"),
                Lenient.text(media, "horizontal_accuracy"));
    }
}
