package io.botmesh.world;

/**
 * A file that was uploaded once.
 *
 * @param number   counts all files of the world
 * @param uniqueId the same for every bot
 * @param name     as it was uploaded, without folders
 */
record FileRecord(
        long number, String uniqueId, FileType type, String name, String mimeType, Blob content, FileTraits traits) {
    FileRecord withTraits(FileTraits other) {
        return new FileRecord(number, uniqueId, type, name, mimeType, content, other);
    }

    /** What the path of its download ends in, with its dot. */
    String extension() {
        return FileNames.extension(type, name, mimeType);
    }
}
