package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bot or a person as others see it now; whoever wrote long ago is shown with today's name. */
final class Account {
    private final long id;
    private final boolean bot;
    private String firstName;
    private @Nullable String lastName;
    private @Nullable String username;
    private final @Nullable String languageCode;
    /** Whether a person is no longer there. */
    boolean deactivated;

    /** Whether a person has paid for more. */
    boolean premium;

    /** The custom emoji beside its name, empty for none. */
    String emojiStatus = "";
    /** The channel that it shows as its own, 0 for none. */
    long personalChatId;

    /** The newest first. */
    final List<FileRecord> photos = new ArrayList<>();

    Account(
            long id,
            boolean bot,
            String firstName,
            @Nullable String lastName,
            @Nullable String username,
            @Nullable String languageCode) {
        this.id = id;
        this.bot = bot;
        this.firstName = firstName;
        this.lastName = lastName;
        this.username = username;
        this.languageCode = languageCode;
    }

    long id() {
        return id;
    }

    boolean bot() {
        return bot;
    }

    String firstName() {
        return firstName;
    }

    @Nullable
    String lastName() {
        return lastName;
    }

    @Nullable
    String username() {
        return username;
    }

    @Nullable
    String languageCode() {
        return languageCode;
    }

    /** First and last name. */
    String fullName() {
        return lastName == null ? firstName : firstName + ' ' + lastName;
    }

    void rename(String first, @Nullable String last) {
        firstName = first;
        lastName = last;
    }

    /** The registry alone calls it: it knows which names are free. */
    void username(@Nullable String name) {
        username = name;
    }

    JsonWriter write(JsonWriter json) {
        return writeOpen(json).endObject();
    }

    /** Without the closing brace, for whoever adds to it. */
    JsonWriter writeOpen(JsonWriter json) {
        json.object().field("id", id).field("is_bot", bot).field("first_name", firstName);
        if (lastName != null) json.field("last_name", lastName);
        if (username != null) json.field("username", username);
        if (languageCode != null) json.field("language_code", languageCode);
        if (premium) json.field("is_premium", true);
        return json;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Account account && account.id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public String toString() {
        return firstName + " " + id;
    }
}
