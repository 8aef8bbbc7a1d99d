package io.botmesh.world;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a message says. */
sealed interface Content {
    /** Whether it is news about the chat and no message of somebody. */
    default boolean isService() {
        return false;
    }

    /** Plain text. */
    record Text(FormattedText text, @Nullable LinkPreview preview) implements Content {}

    /** A file with a caption, which may be empty. */
    record Media(FileRecord file, FormattedText caption, boolean captionAbove) implements Content {
        Media withCaption(FormattedText other, boolean above) {
            return new Media(file, other, above);
        }
    }

    /** The first message of a channel or supergroup. */
    record Created(Chat.Kind kind) implements Content {
        @Override
        public boolean isService() {
            return true;
        }
    }

    /** A message was pinned. */
    record Pinned(int messageId) implements Content {
        @Override
        public boolean isService() {
            return true;
        }
    }

    /** Somebody came. */
    record Joined(List<Account> accounts) implements Content {
        public Joined {
            accounts = List.copyOf(accounts);
        }

        @Override
        public boolean isService() {
            return true;
        }
    }

    /** Somebody left or was removed. */
    record Left(Account account) implements Content {
        @Override
        public boolean isService() {
            return true;
        }
    }
}
