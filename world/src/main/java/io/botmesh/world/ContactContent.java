package io.botmesh.world;

/**
 * Somebody's number.
 *
 * @param userId that somebody, 0 if unknown
 */
record ContactContent(String phoneNumber, String firstName, String lastName, String vcard, long userId)
        implements Content {
    ContactContent {
        phoneNumber = TextCleaner.cleanLine("Phone number", phoneNumber);
        firstName = TextCleaner.cleanLine("First name", firstName);
        lastName = TextCleaner.cleanLine("Last name", lastName);
        vcard = TextCleaner.cleanLine("vCard", vcard);
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("contact").object().field("phone_number", phoneNumber).field("first_name", firstName);
        if (!lastName.isEmpty()) json.field("last_name", lastName);
        if (!vcard.isEmpty()) json.field("vcard", vcard);
        if (userId != 0) json.field("user_id", userId);
        json.endObject();
    }
}
