package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a call ends. */
public sealed interface Reply {
    /** Status 200. */
    final class Ok implements Reply {
        private final Result result;
        private final @Nullable String description;

        /** A value that is put together where it is needed: the bytes of many updates are copied once, into the answer. */
        interface Result {
            /** In characters, which are as many bytes. */
            int length();

            /** Pure ASCII, from there on. */
            void copyTo(byte[] into, int at);
        }

        private record Text(String json) implements Result {
            @Override
            public int length() {
                return json.length();
            }

            @Override
            public void copyTo(byte[] into, int at) {
                System.arraycopy(json.getBytes(ISO_8859_1), 0, into, at, json.length());
            }
        }

        Ok(Result result) {
            this.result = result;
            description = null;
        }

        public Ok(String resultJson) {
            this(resultJson, null);
        }

        /**
         * @param resultJson  value of {@code result} as JSON, pure ASCII
         * @param description value of {@code description}; null for nearly all methods
         */
        public Ok(String resultJson, @Nullable String description) {
            result = new Text(resultJson);
            this.description = description;
        }

        /** Value of {@code result} as JSON, pure ASCII. */
        public String resultJson() {
            if (result instanceof Text text) return text.json;
            var bytes = new byte[result.length()];
            result.copyTo(bytes, 0);
            return new String(bytes, ISO_8859_1);
        }

        /** Length of {@link #resultJson()}. */
        public int resultLength() {
            return result.length();
        }

        /** Writes {@link #resultJson()} there, a byte for each character. */
        public void copyResult(byte[] into, int at) {
            result.copyTo(into, at);
        }

        /** Value of {@code description}; null for nearly all methods. */
        public @Nullable String description() {
            return description;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Ok ok
                    && resultJson().equals(ok.resultJson())
                    && Objects.equals(description, ok.description);
        }

        @Override
        public int hashCode() {
            return Objects.hash(resultJson(), description);
        }

        @Override
        public String toString() {
            return "Ok[resultJson=" + resultJson() + ", description=" + description + "]";
        }
    }

    /**
     * A refusal in the server's words; the HTTP status equals the code.
     *
     * @param code            value of {@code error_code}
     * @param description     value of {@code description}
     * @param retryAfter      seconds, for {@code parameters.retry_after} and the {@code Retry-After} header
     * @param migrateToChatId for {@code parameters.migrate_to_chat_id}
     */
    record Failure(
            int code,
            String description,
            @Nullable Integer retryAfter,
            @Nullable Long migrateToChatId) implements Reply {
        public Failure(int code, String description) {
            this(code, description, null, null);
        }
    }

    /**
     * Our own refusal, for a real method that the emulator does not have: status 501 with a body that says so.
     *
     * @param method its documented name
     */
    record NotBuilt(String method) implements Reply {}

    /**
     * Something in front of the server answers in its stead, not in JSON.
     *
     * @param status      HTTP status, 200 to 599
     * @param contentType such as {@code text/html}
     * @param body        pure ASCII
     */
    record Raw(int status, String contentType, String body) implements Reply {
        /** The page of an error as nginx writes it. */
        public static Raw page(int status, String reason) {
            var title = status + " " + reason;
            return new Raw(
                    status,
                    "text/html",
                    "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title
                            + "</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n");
        }
    }

    /**
     * No answer: the connection ends. Whether the call has happened, the caller cannot know.
     *
     * @param reset whether it breaks ({@code RST}) instead of being closed in order
     */
    record Closed(boolean reset) implements Reply {}
}
