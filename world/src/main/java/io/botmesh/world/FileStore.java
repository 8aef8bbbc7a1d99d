package io.botmesh.world;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All files of the world and their ids. A file id holds the number of the file in a form that only works with the bot
 * it was made for, so that nothing need be kept for each of them.
 */
final class FileStore {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final byte[] ID_HEAD = {0x05, 0x00, 0x02, 0x02};
    private static final byte[] UNIQUE_HEAD = {0x02, 0x00};

    private final long seed;
    private final List<FileRecord> files = new ArrayList<>();
    private final Map<String, FileRecord> byUniqueId = new HashMap<>();
    /** Photos of several sizes, by the numbers of all of these. */
    private final Map<Long, List<FileRecord>> photos = new HashMap<>();

    FileStore(long seed) {
        this.seed = mix(seed);
    }

    /** Keeps an upload, as a document unless its name tells otherwise and may. */
    FileRecord add(Upload upload, boolean detectType) {
        var type = detectType ? FileNames.detect(upload.fileName()) : FileType.DOCUMENT;
        return add(upload, type, FileTraits.NONE);
    }

    /** Keeps an upload. */
    FileRecord add(Upload upload, FileType type, FileTraits traits) {
        var name = FileNames.clean(upload.fileName());
        long number = files.size();
        var unique = ByteBuffer.allocate(UNIQUE_HEAD.length + Long.BYTES)
                .put(UNIQUE_HEAD)
                .putLong(mix(seed ^ ~number));
        var file = new FileRecord(
                number,
                BASE64.encodeToString(unique.array()),
                type,
                name,
                FileNames.mimeType(type, name),
                upload.content(),
                traits);
        files.add(file);
        byUniqueId.put(file.uniqueId(), file);
        return file;
    }

    /**
     * Keeps a photo.
     *
     * @param sizes the smallest first
     * @return the largest
     */
    FileRecord addPhoto(String name, List<PhotoSize> sizes) {
        var kept = new ArrayList<FileRecord>();
        for (var size : sizes) {
            var upload = new Upload("photo", name, "", size.content());
            kept.add(add(upload, FileType.PHOTO, FileTraits.NONE.withSize(size.width(), size.height())));
        }
        var all = List.copyOf(kept);
        if (all.size() > 1) for (var one : all) photos.put(one.number(), all);
        return all.getLast();
    }

    /** All sizes of a photo, the smallest first, whichever of them is given. */
    List<FileRecord> sizes(FileRecord photo) {
        return photos.getOrDefault(photo.number(), List.of(photo));
    }

    /** From now on its ids mean the file with those traits; messages that show it keep what they have. */
    FileRecord change(FileRecord file, FileTraits traits) {
        var changed = file.withTraits(traits);
        files.set((int) file.number(), changed);
        return changed;
    }

    String idFor(FileRecord file, Bot bot) {
        long key = mix(seed ^ bot.id());
        return BASE64.encodeToString(ByteBuffer.allocate(ID_HEAD.length + 3 * Long.BYTES)
                .put(ID_HEAD)
                .putLong(file.number() ^ key)
                .putLong(check(file.number(), key))
                .putLong(mix(file.number() ^ seed))
                .array());
    }

    /** Null for an id that is none, or that belongs to another bot. */
    @Nullable
    FileRecord find(String fileId, Bot bot) {
        try {
            var id = ByteBuffer.wrap(Base64.getUrlDecoder().decode(fileId));
            if (id.remaining() != ID_HEAD.length + 3 * Long.BYTES) return null;
            id.position(ID_HEAD.length);
            long key = mix(seed ^ bot.id());
            long number = id.getLong() ^ key;
            if (number < 0 || number >= files.size() || id.getLong() != check(number, key)) return null;
            return files.get((int) number);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Whether it has the form of an id, be it of a file that is not there or of another bot. */
    static boolean looksLikeId(String fileId) {
        try {
            var id = Base64.getUrlDecoder().decode(fileId);
            return id.length == ID_HEAD.length + 3 * Long.BYTES
                    && Arrays.equals(id, 0, ID_HEAD.length, ID_HEAD, 0, ID_HEAD.length);
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    @Nullable
    FileRecord findUnique(String uniqueId) {
        return byUniqueId.get(uniqueId);
    }

    private static long check(long number, long key) {
        return mix(mix(number) + key);
    }

    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
