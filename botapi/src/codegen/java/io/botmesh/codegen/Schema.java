package io.botmesh.codegen;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The Bot API as the schema tells it, with the names that Java code uses resolved and checked. */
final class Schema {
    /** How a value looks in Java and on the wire. */
    sealed interface Shape {
        record Whole() implements Shape {}

        record Decimal() implements Shape {}

        record Text() implements Shape {}

        record Flag() implements Shape {}

        /** Present with the value true, or absent. */
        record Mark() implements Shape {}

        /** Always the same text; not a component. */
        record Literal(String value) implements Shape {}

        record ChatId() implements Shape {}

        record InputFile() implements Shape {}

        record Open(String name) implements Shape {}

        record Type(String name) implements Shape {}

        record Union(String name) implements Shape {}

        record Many(Shape element) implements Shape {}

        /** The object, or true where there is none to show. */
        record OrTrue(Shape element) implements Shape {}
    }

    record Field(String wire, String java, Shape shape, boolean required) {
        boolean constant() {
            return shape instanceof Shape.Literal || shape instanceof Shape.Mark && required;
        }

        boolean secret() {
            return wire.equals("secret_token") || wire.equals("provider_token") || wire.equals("secret");
        }
    }

    record Type(String name, List<Field> fields, Set<String> unions) {}

    record Method(String wire, String name, List<Field> fields, Shape result) {}

    /** Members that are no type of their own (text, list) are told by {@code plain} and {@code sequence}. */
    record Union(String name, String discriminator, List<String> members, boolean plain, boolean sequence) {}

    record Open(String name, List<String> values) {}

    final Map<String, Type> types = new TreeMap<>();
    final Map<String, Method> methods = new TreeMap<>();
    final Map<String, Union> unions = new TreeMap<>();
    final Map<String, Open> opens = new TreeMap<>();
    final String version;

    /** Unions that the schema writes out in place; the documentation has no name for them. */
    private static final Map<String, String> UNNAMED = Map.of(
            "InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply", "ReplyMarkup",
            "InputMediaAudio | InputMediaDocument | InputMediaLivePhoto | InputMediaPhoto | InputMediaVideo",
                    "InputAlbumMedia",
            "InputMediaAnimation | InputMediaAudio | InputMediaDocument | InputMediaPhoto | InputMediaVideo | InputMediaVoiceNote",
                    "InputRichMedia");

    /** Enumerations that are the same thing in several places, or whose name only repeats where it is used. */
    private static final Map<String, String> RENAMED = Map.ofEntries(
            Map.entry("ChatFullInfoType", "ChatType"),
            Map.entry("VideoQualityCodec", "VideoCodec"),
            Map.entry("SuggestedPostPaidCurrency", "StarOrTon"),
            Map.entry("SuggestedPostPriceCurrency", "StarOrTon"),
            Map.entry("UniqueGiftInfoLastResaleCurrency", "StarOrTon"),
            Map.entry("KeyboardButtonStyle", "ButtonStyle"),
            Map.entry("InlineKeyboardButtonStyle", "ButtonStyle"),
            Map.entry("StickerSetStickerType", "StickerType"),
            Map.entry("CreateNewStickerSetStickerType", "StickerType"),
            Map.entry("InputStickerFormat", "StickerFormat"),
            Map.entry("UploadStickerFileStickerFormat", "StickerFormat"),
            Map.entry("SetStickerSetThumbnailFormat", "StickerFormat"),
            Map.entry("RichBlockTableCellAlign", "HorizontalAlign"),
            Map.entry("RichBlockButtonsAlign", "HorizontalAlign"),
            Map.entry("InputRichBlockButtonsAlign", "HorizontalAlign"),
            Map.entry("RichBlockTableCellValign", "VerticalAlign"),
            Map.entry("RichBlockListItemType", "RichListLabel"),
            Map.entry("InputRichBlockListItemType", "RichListLabel"),
            Map.entry("InlineQueryResultGifThumbnailMimeType", "ThumbnailMimeType"),
            Map.entry("InlineQueryResultMpeg4GifThumbnailMimeType", "ThumbnailMimeType"),
            Map.entry("EncryptedPassportElementType", "PassportElementType"),
            Map.entry("PassportElementErrorDataFieldType", "PassportElementType"),
            Map.entry("PassportElementErrorFrontSideType", "PassportElementType"),
            Map.entry("PassportElementErrorReverseSideType", "PassportElementType"),
            Map.entry("PassportElementErrorSelfieType", "PassportElementType"),
            Map.entry("PassportElementErrorFileType", "PassportElementType"),
            Map.entry("PassportElementErrorFilesType", "PassportElementType"),
            Map.entry("PassportElementErrorTranslationFileType", "PassportElementType"),
            Map.entry("PassportElementErrorTranslationFilesType", "PassportElementType"),
            Map.entry("SendPollType", "PollType"),
            Map.entry("SendChatActionAction", "ChatAction"));

    /** Lists of pictures: a constant would need a name that nobody has given. */
    private static final Set<String> PLAIN_TEXT = Set.of("ReactionTypeEmojiEmoji", "SendDiceEmoji");

    private static final String PARSE_MODES = "\"HTML\" | \"MarkdownV2\" | \"Markdown\"";

    private final Set<String> typeNames;
    private final Set<String> unionNames = new TreeSet<>();
    private final Set<String> openNames = new TreeSet<>();

    Schema(Map<String, Object> json) {
        version = text(json.get("version"));
        var typesJson = map(json.get("types"));
        var unionsJson = map(json.get("unions"));
        typeNames = typesJson.keySet();
        unionNames.addAll(unionsJson.keySet());
        map(json.get("enums")).forEach((name, values) -> {
            openNames.add(name);
            if (PLAIN_TEXT.contains(name)) return;
            open(
                    RENAMED.getOrDefault(name, name),
                    list(values).stream().map(Schema::text).toList());
        });
        open("ParseMode", List.of("HTML", "MarkdownV2", "Markdown"));

        unionsJson.forEach((name, members) -> union(
                name,
                map(json.get("discriminators")).get(name),
                List.of(text(members).split(" \\| "))));
        UNNAMED.forEach((members, name) ->
                union(name, members.startsWith("InputMedia") ? "type" : null, List.of(members.split(" \\| "))));

        typesJson.forEach((name, type) -> {
            var memberOf = unions.values().stream()
                    .filter(union -> union.members().contains(name))
                    .map(Union::name)
                    .collect(Collectors.toCollection(TreeSet::new));
            types.put(name, new Type(name, fields(name, map(type).get("fields")), memberOf));
        });
        map(json.get("methods")).forEach((wire, method) -> {
            String name = Character.toUpperCase(wire.charAt(0)) + wire.substring(1);
            methods.put(
                    wire,
                    new Method(
                            wire,
                            name,
                            fields(name, map(method).get("params")),
                            shape(text(map(method).get("returns")))));
        });
        check();
    }

    private void open(String name, List<String> values) {
        var all = new ArrayList<>(opens.containsKey(name) ? opens.get(name).values() : List.of());
        values.stream().filter(value -> !all.contains(value)).forEach(all::add);
        opens.put(name, new Open(name, List.copyOf(all)));
    }

    private void union(String name, Object discriminator, List<String> members) {
        var known = members.stream().filter(typeNames::contains).toList();
        var rest = new ArrayList<>(members);
        rest.removeAll(known);
        boolean plain = rest.remove("String");
        boolean sequence = rest.remove("Array<" + name + ">");
        if (!rest.isEmpty()) throw new IllegalStateException(name + " has members that are no types: " + rest);
        unions.put(name, new Union(name, (String) discriminator, known, plain, sequence));
    }

    private List<Field> fields(String owner, Object fields) {
        var result = new ArrayList<Field>();
        for (Object field : list(fields)) {
            String wire = text(list(field).get(0));
            boolean required = text(list(field).get(2)).equals("required");
            result.add(new Field(wire, camel(wire), shape(text(list(field).get(1))), required));
        }
        if (result.stream().map(Field::java).distinct().count() != result.size())
            throw new IllegalStateException(owner + " has two fields of one name");
        return List.copyOf(result);
    }

    private Shape shape(String type) {
        if (type.equals("Integer")) return new Shape.Whole();
        if (type.equals("Float")) return new Shape.Decimal();
        if (type.equals("String")) return new Shape.Text();
        if (type.equals("Boolean")) return new Shape.Flag();
        if (type.equals("True")) return new Shape.Mark();
        if (type.equals("Integer | String")) return new Shape.ChatId();
        if (type.equals("InputFile") || type.equals("InputFile | String")) return new Shape.InputFile();
        if (type.equals(PARSE_MODES)) return new Shape.Open("ParseMode");
        if (type.matches("\"[a-z0-9_]+\"")) return new Shape.Literal(type.substring(1, type.length() - 1));
        if (type.startsWith("Array<")) return new Shape.Many(shape(type.substring(6, type.length() - 1)));
        if (type.endsWith(" | True")) return new Shape.OrTrue(shape(type.substring(0, type.length() - 7)));
        if (PLAIN_TEXT.contains(type)) return new Shape.Text();
        if (openNames.contains(type)) return new Shape.Open(RENAMED.getOrDefault(type, type));
        if (typeNames.contains(type)) return new Shape.Type(type);
        if (unionNames.contains(type)) return new Shape.Union(type);
        if (UNNAMED.containsKey(type)) return new Shape.Union(UNNAMED.get(type));
        throw new IllegalStateException("no shape for " + type);
    }

    /** A name used twice would overwrite a file; a discriminator value used twice would hide a member. */
    private void check() {
        var names = new TreeSet<String>();
        var all = new ArrayList<String>();
        all.addAll(types.keySet());
        all.addAll(unions.keySet());
        all.addAll(opens.keySet());
        methods.values().forEach(method -> all.add(method.name()));
        for (String name : all) {
            if (!names.add(name)) throw new IllegalStateException("two things are called " + name);
            if (isJavaLang(name)) throw new IllegalStateException(name + " hides java.lang." + name);
        }
        for (Union union : unions.values()) {
            if (union.discriminator() == null) continue;
            var values = new TreeSet<String>();
            for (String member : union.members())
                if (!values.add(literal(union, types.get(member))))
                    throw new IllegalStateException(union.name() + " cannot tell " + member);
        }
    }

    static String literal(Union union, Type member) {
        for (Field field : member.fields())
            if (field.wire().equals(union.discriminator()) && field.shape() instanceof Shape.Literal literal)
                return literal.value();
        throw new IllegalStateException(member.name() + " has no fixed " + union.discriminator());
    }

    private static boolean isJavaLang(String name) {
        try {
            Class.forName("java.lang." + name);
            return true;
        } catch (ClassNotFoundException free) {
            return false;
        }
    }

    static String camel(String wire) {
        var name = new StringBuilder();
        for (String word : wire.split("_")) {
            if (name.isEmpty()) name.append(word);
            else name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return name.toString();
    }

    private static String text(Object value) {
        return (String) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    static Map<String, Object> newMap() {
        return new LinkedHashMap<>();
    }
}
