package io.botmesh.world;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks the files that calls mean, and keeps them once the call is sure to succeed. */
final class InputFiles {
    private static final long MOST_PHOTO = 10L << 20;
    private static final long MOST_THUMBNAIL = 204_799;
    private static final int MOST_PHOTO_SIDES = 10_000;
    private static final int MOST_PHOTO_RATIO = 20;

    private final FileStore files;
    private final Pictures pictures;
    private final boolean probed;
    private final boolean anyDocument;

    InputFiles(Core core) {
        files = core.files();
        pictures = core.pictures();
        probed = core.assume(Assumption.FILES_ARE_PROBED);
        anyDocument = core.assume(Assumption.KINDS_STAND_FOR_DOCUMENTS);
    }

    /**
     * Refuses what cannot be sent as that type.
     *
     * @return what gives the file, and keeps it if it is new
     */
    Supplier<FileRecord> check(InputFile file, FileType type, FileTraits said, Bot bot) {
        return switch (file) {
            case InputFile.Missing missing -> throw Refused.of(400, "Wrong file path specified");
            case InputFile.Known id -> {
                var known = find(id.reference(), type, bot);
                yield () -> known;
            }
            case InputFile.Fresh fresh -> {
                var attachment = fresh.attachment();
                checkFresh(attachment, type);
                yield () -> keep(attachment, type, said);
            }
        };
    }

    /** Keeps a file that nobody said anything about. */
    FileRecord keep(InputFile.Fresh file, FileType type) {
        checkFresh(file.attachment(), type);
        return keep(file.attachment(), type, FileTraits.NONE);
    }

    private FileRecord keep(Attachments.Attachment attachment, FileType type, FileTraits said) {
        if (type == FileType.PHOTO) return files.addPhoto(attachment.upload().fileName(), attachment.sizes());
        return files.add(attachment.upload(), type, merge(said, attachment, type));
    }

    /** Keeps the photo of somebody or of a chat, in squares if it can be looked into, else as it is. */
    FileRecord keepSquare(Blob photo) {
        var sizes = pictures.squares(photo);
        return files.addPhoto("photo.jpg", sizes.isEmpty() ? List.of(new PhotoSize(0, 0, photo)) : sizes);
    }

    private FileRecord find(String reference, FileType type, Bot bot) {
        // Whatever has a dot is an address, and nothing is fetched.
        if (reference.startsWith("http://") || reference.startsWith("https://") || reference.contains(".")) {
            throw Refused.of(400, "WEBPAGE_CURL_FAILED");
        }
        var file = files.find(reference, bot);
        if (file == null) throw Refused.of(400, "Wrong file identifier/HTTP URL specified");
        if (!(anyDocument ? file.type().mayStandFor(type) : file.type() == type)) {
            throw Refused.of(400, "Can't use file of type " + file.type().formalName() + " as " + type.formalName());
        }
        // Whichever size is named, all of them are sent.
        return file.type() == FileType.PHOTO ? files.sizes(file).getLast() : file;
    }

    private static void checkFresh(Attachments.Attachment attachment, FileType type) {
        long size = attachment.upload().content().size();
        if (size == 0) throw Refused.of(400, "File must be non-empty");
        if (type != FileType.PHOTO) return;
        if (size > MOST_PHOTO) {
            throw Refused.of(
                    400,
                    "File of size " + size + " bytes is too big for a photo; the maximum size is " + MOST_PHOTO
                            + " bytes");
        }
        var probe = attachment.probe();
        if (!probe.format().isImage()) throw Refused.of(400, "IMAGE_PROCESS_FAILED");
        if (!isPhoto(probe)) throw Refused.of(400, "PHOTO_INVALID_DIMENSIONS");
        if (attachment.sizes().isEmpty()) throw Refused.of(400, "IMAGE_PROCESS_FAILED");
    }

    /** Whether a picture is within the limits of photos, so that it may be looked into. */
    static boolean isPhoto(Probe probe) {
        if (!probe.format().isImage()) return false;
        long shorter = Math.min(probe.width(), probe.height());
        long longer = Math.max(probe.width(), probe.height());
        return shorter > 0 && shorter + longer <= MOST_PHOTO_SIDES && longer <= shorter * MOST_PHOTO_RATIO;
    }

    /** What the sender said counts before what the bytes say. */
    private FileTraits merge(FileTraits said, Attachments.Attachment attachment, FileType type) {
        var probe = attachment.probe();
        if (!probed) probe = Probe.NOTHING;
        var traits = said.seconds() > 0 ? said : said.withSeconds(probe.seconds());
        if (said.width() == 0 || said.height() == 0) traits = traits.withSize(probe.width(), probe.height());
        if (type == FileType.STICKER) {
            if (traits.width() == 0) traits = traits.withSize(512, 512);
            if (traits.sticker() == null) {
                traits = traits.withSticker(
                        StickerTraits.loose(attachment.upload().fileName(), ""));
            }
        }
        return traits;
    }

    /** Keeps a thumbnail that is a picture and not too large; any other is left out. */
    @Nullable
    FileRecord thumbnail(@Nullable InputFile file) {
        if (!(file instanceof InputFile.Fresh fresh)) return null;
        var attachment = fresh.attachment();
        if (file.size() == 0 || file.size() > MOST_THUMBNAIL) return null;
        if (!attachment.probe().format().isImage()) return null;
        return files.add(attachment.upload(), FileType.THUMBNAIL, FileTraits.of(attachment.probe()));
    }
}
