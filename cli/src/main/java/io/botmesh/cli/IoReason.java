package io.botmesh.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The reason of an input or output error in words; the JDK's messages often hold the path alone. */
final class IoReason {
    private IoReason() {}

    static String of(IOException broken) {
        if (broken instanceof NoSuchFileException) return "no such file";
        if (broken instanceof AccessDeniedException) return "permission denied";
        if (broken instanceof FileAlreadyExistsException there) return taken(String.valueOf(there.getFile()));
        if (broken instanceof CharacterCodingException) return "it is not UTF-8";
        if (broken instanceof FileSystemException inFile && inFile.getReason() != null) return inFile.getReason();
        String message = broken.getMessage();
        return message == null ? broken.getClass().getSimpleName() : message;
    }

    /** A link whose target is missing looks as if nothing were there, and yet nothing can be made in its place. */
    private static String taken(String name) {
        return name + (Files.exists(Path.of(name)) ? " is there already" : " is a link to nothing");
    }
}
