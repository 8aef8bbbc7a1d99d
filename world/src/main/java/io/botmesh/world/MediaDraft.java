package io.botmesh.world;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file to send as it was asked for, before anything about it is checked.
 *
 * @param said      what the call says of the file
 * @param detect    whether the name of a document may make it something else
 * @param thumbnail a small picture of it, null for none
 * @param second    cover of a video or picture of a live photo, null for none
 */
record MediaDraft(
        FileType type,
        InputFile file,
        FileTraits said,
        Draft caption,
        boolean above,
        boolean spoiler,
        boolean detect,
        @Nullable InputFile thumbnail,
        @Nullable InputFile second) {
    /**
     * Refuses what cannot be sent.
     *
     * @return what makes the content, and keeps the files that are new
     */
    Supplier<Content> check(Core core, Bot bot) {
        var inputs = new InputFiles(core);
        var made = inputs.check(file, effectiveType(), said.withStart(0), bot);
        var still = second == null ? null : inputs.check(second, FileType.PHOTO, FileTraits.NONE, bot);
        var checkedCaption = SendMethods.caption(caption);
        return () -> {
            var kept = made.get();
            if (file instanceof InputFile.Fresh) {
                var small = inputs.thumbnail(thumbnail);
                if (small != null)
                    kept = core.files().change(kept, kept.traits().withThumbnail(small));
            }
            if (still != null) {
                var picture = still.get();
                var traits = kept.traits().withStill(picture);
                // A live photo is both of its files, a cover belongs to the message only.
                kept = kept.type() == FileType.LIVE_PHOTO && kept.traits().still() == null
                        ? core.files().change(kept, traits)
                        : kept.withTraits(traits);
            }
            if (said.startsAt() > 0) kept = kept.withTraits(kept.traits().withStart(said.startsAt()));
            return content(kept, checkedCaption);
        };
    }

    /** The file may be of another type than what was asked for: an id keeps its own. */
    private Content content(FileRecord kept, FormattedText checkedCaption) {
        if (!kept.type().isCaptioned()) return new BareMediaContent(kept);
        boolean visual = kept.type().isVisual();
        return new MediaContent(kept, checkedCaption, above && visual, spoiler && visual);
    }

    /** Whether the call brings the file along. */
    boolean bringsFiles() {
        return file instanceof InputFile.Fresh || second instanceof InputFile.Fresh;
    }

    MediaDraft withoutDetection() {
        return new MediaDraft(type, file, said, caption, above, spoiler, false, thumbnail, second);
    }

    private FileType effectiveType() {
        return type == FileType.DOCUMENT && detect && file instanceof InputFile.Fresh fresh
                ? FileNames.detect(fresh.attachment().upload().fileName())
                : type;
    }
}
