package io.botmesh.codegen;

import io.botmesh.codegen.Schema.Field;
import io.botmesh.codegen.Schema.Method;
import io.botmesh.codegen.Schema.Open;
import io.botmesh.codegen.Schema.Shape;
import io.botmesh.codegen.Schema.Type;
import io.botmesh.codegen.Schema.Union;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Turns a schema into sources, by file name. */
final class JavaSources {
    private static final String PAGE = "https://core.telegram.org/bots/api#";

    private final Schema schema;
    private final Map<String, String> sources = new TreeMap<>();

    JavaSources(Schema schema) {
        this.schema = schema;
    }

    Map<String, String> all() {
        schema.types.values().forEach(type -> sources.put(type.name(), source(type)));
        schema.methods.values().forEach(method -> sources.put(method.name(), source(method)));
        schema.unions.values().forEach(union -> sources.put(union.name(), source(union)));
        schema.opens.values().forEach(open -> sources.put(open.name(), source(open)));
        sources.put("ApiCall", apiCall());
        sources.put("Calls", calls());
        sources.put("Routes", file(new RouteSource(schema).body()));
        sources.put("Unions", unions());
        sources.put("Types", types());
        return sources;
    }

    // ---- records

    private String source(Type type) {
        String doc = "/**\n * {@code " + type.name() + "} of the Bot API.\n *\n" + see(type.name()) + " */\n";
        String implemented = type.unions().isEmpty() ? "" : " implements " + String.join(", ", type.unions());
        var body = new StringBuilder();
        record(body, type.name(), type.fields());
        for (Field field : type.fields()) {
            if (!(field.shape() instanceof Shape.Literal literal)) continue;
            boolean inherited = type.unions().stream()
                    .map(schema.unions::get)
                    .anyMatch(union -> !union.plain() && field.wire().equals(union.discriminator()));
            body.append("\n    /** Always {@code ").append(literal.value()).append("}. */\n");
            if (inherited) body.append("    @Override\n");
            body.append("    public String ").append(field.java()).append("() {\n        return ");
            body.append(quote(literal.value())).append(";\n    }\n");
        }
        reader(body, type);
        writer(body, type.fields());
        return file(doc + "public record " + type.name() + "(" + components(type.fields()) + ")" + implemented + " {\n"
                + body + "}\n");
    }

    private String source(Method method) {
        String doc = "/**\n * The {@code " + method.wire() + "} call.\n *\n" + see(method.wire()) + " */\n";
        var body = new StringBuilder();
        record(body, method.name(), method.fields());
        body.append("\n    @Override\n    public String method() {\n        return ");
        body.append(quote(method.wire())).append(";\n    }\n");
        writer(body, method.fields());
        return file(doc + "public record " + method.name() + "(" + components(method.fields()) + ") implements ApiCall<"
                + boxed(method.result()) + "> {\n" + body + "}\n");
    }

    private void record(StringBuilder body, String name, List<Field> all) {
        var fields = all.stream().filter(field -> !field.constant()).toList();
        var checks = new StringBuilder();
        for (Field field : fields) {
            if (field.shape() instanceof Shape.Many) {
                String copy = "List.copyOf(" + field.java() + ")";
                checks.append("        ").append(field.java()).append(" = ");
                checks.append(field.required() ? copy : field.java() + " == null ? null : " + copy);
                checks.append(";\n");
            } else if (field.required() && !primitive(field)) {
                checks.append("        Objects.requireNonNull(")
                        .append(field.java())
                        .append(", ");
                checks.append(quote(field.java())).append(");\n");
            }
        }
        if (!checks.isEmpty())
            body.append("    public ")
                    .append(name)
                    .append(" {\n")
                    .append(checks)
                    .append("    }\n");

        var required = fields.stream().filter(Field::required).toList();
        body.append("\n    /** With what is required; the rest is left out. */\n");
        body.append("    public static ")
                .append(name)
                .append(" of(")
                .append(components(required))
                .append(") {\n");
        body.append("        return new ").append(name).append("(");
        body.append(fields.stream()
                .map(field -> field.required() ? field.java() : field.shape() instanceof Shape.Mark ? "false" : "null")
                .collect(Collectors.joining(", ")));
        body.append(");\n    }\n");
        var numbered = required.stream()
                .filter(field -> field.shape() instanceof Shape.ChatId)
                .toList();
        if (!numbered.isEmpty()) {
            body.append("\n    /** With what is required, chats by number. */\n");
            body.append("    public static ").append(name).append(" of(");
            body.append(required.stream()
                    .map(field ->
                            (field.shape() instanceof Shape.ChatId ? "long" : declared(field)) + " " + field.java())
                    .collect(Collectors.joining(", ")));
            body.append(") {\n        return of(");
            body.append(required.stream()
                    .map(field ->
                            field.shape() instanceof Shape.ChatId ? "ChatId.of(" + field.java() + ")" : field.java())
                    .collect(Collectors.joining(", ")));
            body.append(");\n    }\n");
        }

        for (Field field : fields) {
            if (field.required()) continue;
            String with = "with" + Character.toUpperCase(field.java().charAt(0))
                    + field.java().substring(1);
            body.append("\n    public ").append(name).append(" ").append(with).append("(");
            body.append(declared(field)).append(" ").append(field.java()).append(") {\n        return new ");
            body.append(name).append("(");
            body.append(fields.stream().map(Field::java).collect(Collectors.joining(", ")));
            body.append(");\n    }\n");
            String plain = field.shape() instanceof Shape.Whole
                    ? "long"
                    : field.shape() instanceof Shape.Decimal ? "double" : null;
            if (plain == null) continue;
            String box = plain.equals("long") ? "Long" : "Double";
            body.append("\n    public ")
                    .append(name)
                    .append(" ")
                    .append(with)
                    .append("(")
                    .append(plain);
            body.append(" ")
                    .append(field.java())
                    .append(") {\n        return ")
                    .append(with)
                    .append("(");
            body.append(box).append(".valueOf(").append(field.java()).append("));\n    }\n");
        }
        body.append("\n    /** What is set, as JSON; secrets are left out. */\n    @Override\n");
        body.append("    public String toString() {\n        return JsonOut.describe(")
                .append(quote(name));
        body.append(", this::write);\n    }\n");
    }

    /**
     * With this many fields the reader keeps them in an object: the optimising compiler gives up on a loop that carries a
     * hundred local variables around, and the reader would stay slow for good.
     */
    private static final int MANY = 24;

    private void reader(StringBuilder body, Type type) {
        var fields = type.fields().stream().filter(field -> !field.constant()).toList();
        boolean many = fields.size() > MANY;
        String name = type.name();
        String variables = fields.stream()
                .map(field -> {
                    if (field.shape() instanceof Shape.Mark)
                        return "boolean " + field.java() + (many ? ";" : " = false;");
                    // A server older than the schema does not know its newest rights: nobody has them there.
                    String initially = field.required() && field.shape() instanceof Shape.Flag
                            ? " = false;"
                            : many ? ";" : " = null;";
                    return "@Nullable " + boxed(field.shape()) + " " + field.java() + initially;
                })
                .collect(Collectors.joining("\n        ", "        ", "\n"));
        var cases = new StringBuilder();
        for (Field field : fields) {
            cases.append("                case ").append(quote(field.wire())).append(" -> ");
            cases.append(field.java())
                    .append(" = ")
                    .append(read(field.shape(), "in"))
                    .append(";\n");
        }
        cases.append("                default -> in.skip();\n            }\n");
        String from = many ? "draft." : "";
        String made = fields.stream()
                .map(field -> field.required()
                        ? "JsonIn.required(" + from + field.java() + ", " + quote(name + "." + field.wire()) + ")"
                        : from + field.java())
                .collect(Collectors.joining(", ", "        return new " + name + "(", ");\n    }\n"));

        String begin = "        in.beginObject(" + quote(name) + ");\n";
        String loop = "        for (String key_; (key_ = in.nextField()) != null; ) ";
        body.append("\n    static ").append(name).append(" read(JsonIn in) {\n");
        if (fields.isEmpty()) {
            body.append(begin)
                    .append("        while (in.nextField() != null) in.skip();\n")
                    .append(made);
        } else if (many) {
            body.append("        var draft = new Draft();\n").append(begin);
            body.append(loop).append("draft.read(key_, in);\n").append(made);
            body.append("\n    private static final class Draft {\n").append(variables);
            body.append("\n        void read(String key_, JsonIn in) {\n            switch (key_) {\n");
            body.append(cases).append("        }\n    }\n");
        } else {
            body.append(variables).append(begin).append(loop).append("{\n            switch (key_) {\n");
            body.append(cases).append("        }\n").append(made);
        }
    }

    private void writer(StringBuilder body, List<Field> fields) {
        body.append("\n    void write(JsonOut out) {\n        out.beginObject();\n");
        for (Field field : fields) {
            String value = field.java();
            String name = "out.name(" + quote(field.wire()) + ");";
            if (field.shape() instanceof Shape.Literal literal) {
                body.append("        ")
                        .append(name)
                        .append(" out.text(")
                        .append(quote(literal.value()))
                        .append(");\n");
            } else if (field.constant()) {
                body.append("        ").append(name).append(" out.flag(true);\n");
            } else {
                String write = field.shape() instanceof Shape.InputFile
                        ? "out.file(" + quote(field.wire()) + ", " + value + ");"
                        : name + " "
                                + (field.secret() ? "out.secret(" + value + ")" : write(field.shape(), "out", value))
                                + ";";
                String guard = field.required()
                        ? ""
                        : field.shape() instanceof Shape.Mark ? "if (" + value + ") " : "if (" + value + " != null) ";
                body.append("        ").append(guard);
                body.append(guard.isEmpty() ? write : "{ " + write + " }").append("\n");
            }
        }
        body.append("        out.endObject();\n    }\n");
    }

    // ---- unions

    private String source(Union union) {
        boolean documented =
                !List.of("ReplyMarkup", "InputAlbumMedia", "InputRichMedia").contains(union.name());
        var doc = new StringBuilder("/**\n * ");
        doc.append(
                documented ? "{@code " + union.name() + "} of the Bot API" : "What the Bot API lists without a name");
        doc.append("; what the server adds later is {@link Unknown}.\n");
        if (documented) doc.append(" *\n").append(see(union.name()));
        doc.append(" */\n");
        var members = new ArrayList<>(union.members());
        if (union.plain()) members.add(union.name() + ".Plain");
        if (union.sequence()) members.add(union.name() + ".Sequence");
        members.add(union.name() + ".Unknown");

        var body = new StringBuilder();
        String key = union.discriminator();
        if (key != null && !union.plain()) {
            body.append("    /** Tells the members apart. */\n    String ")
                    .append(key)
                    .append("();\n\n");
        }
        if (union.plain()) {
            body.append("    /** Text without a format. */\n    record Plain(String text) implements ");
            body.append(union.name()).append(" {}\n\n");
        }
        if (union.sequence()) {
            body.append("    /** One after the other. */\n    record Sequence(List<")
                    .append(union.name());
            body.append("> parts) implements ").append(union.name()).append(" {\n        public Sequence {\n");
            body.append("            parts = List.copyOf(parts);\n        }\n    }\n\n");
        }
        body.append("    /** A member that this version does not know, as it came. */\n");
        body.append("    record Unknown(RawJson json) implements ")
                .append(union.name())
                .append(" {");
        if (key != null && !union.plain()) {
            body.append("\n        /** Empty if there is none. */\n        @Override\n        public String ");
            body.append(key)
                    .append("() {\n            return json.textAt(")
                    .append(quote(key))
                    .append(");\n        }\n    ");
        }
        body.append("}\n");
        return file(doc + "public sealed interface " + union.name() + " permits " + String.join(", ", members) + " {\n"
                + body + "}\n");
    }

    private String unions() {
        var body = new StringBuilder(
                "/** Reads and writes the unions. */\nfinal class Unions {\n    private Unions() {}\n");
        for (Union union : schema.unions.values()) {
            String name = union.name();
            body.append("\n    static ")
                    .append(name)
                    .append(" read")
                    .append(name)
                    .append("(JsonIn in) {\n");
            if (union.plain()) {
                body.append("        String plain = in.textOrNull();\n");
                body.append("        if (plain != null) return new ")
                        .append(name)
                        .append(".Plain(plain);\n");
            }
            if (union.sequence()) {
                body.append("        if (in.atArray()) return new ")
                        .append(name)
                        .append(".Sequence(JsonIn.required(");
                body.append(read(new Shape.Many(new Shape.Union(name)), "in"))
                        .append(", ")
                        .append(quote(name));
                body.append("));\n");
            }
            body.append("        return switch (").append(selector(union)).append(") {\n");
            for (String member : union.members()) {
                body.append("            case ")
                        .append(quote(caseOf(union, member)))
                        .append(" -> in.known(");
                body.append(member).append("::read, ").append(name).append(".Unknown::new);\n");
            }
            body.append("            default -> new ").append(name).append(".Unknown(in.raw());\n");
            body.append("        };\n    }\n");

            body.append("\n    static void write")
                    .append(name)
                    .append("(")
                    .append(name)
                    .append(" value, JsonOut out) {\n");
            body.append("        switch (value) {\n");
            for (String member : union.members())
                body.append("            case ").append(member).append(" it -> it.write(out);\n");
            if (union.plain())
                body.append("            case ").append(name).append(".Plain it -> out.text(it.text());\n");
            if (union.sequence()) {
                body.append("            case ")
                        .append(name)
                        .append(".Sequence it -> out.array(it.parts(), (o, v) -> write");
                body.append(name).append("(v, o));\n");
            }
            body.append("            case ").append(name).append(".Unknown it -> out.raw(it.json());\n");
            body.append("        }\n    }\n");
        }
        body.append("}\n");
        return file(body.toString());
    }

    private String selector(Union union) {
        if (union.discriminator() != null) return "in.peekText(" + quote(union.discriminator()) + ")";
        if (union.name().equals("MaybeInaccessibleMessage"))
            return "in.peekNumber(\"date\") == 0 ? \"InaccessibleMessage\" : \"Message\"";
        // Told by shape: the member with the most required fields of which none is missing.
        return "in.peekShape("
                + union.members().stream()
                        .map(member -> "new JsonIn.Outline(" + quote(member)
                                + schema.types.get(member).fields().stream()
                                        .filter(Field::required)
                                        .map(field -> ", "
                                                + quote(field.wire()
                                                        + (field.shape() instanceof Shape.Literal literal
                                                                ? "=" + literal.value()
                                                                : "")))
                                        .collect(Collectors.joining())
                                + ")")
                        .collect(Collectors.joining(",\n                "))
                + ")";
    }

    private String caseOf(Union union, String member) {
        return union.discriminator() == null ? member : Schema.literal(union, schema.types.get(member));
    }

    // ---- open enumerations

    private String source(Open open) {
        var body =
                new StringBuilder("/**\n * One of the values listed here, or one that the server has learned since.\n");
        body.append(" *\n * @param value as on the wire\n */\npublic record ").append(open.name());
        body.append("(String value) {\n");
        var names = new ArrayList<String>();
        for (String value : open.values()) {
            String name = constant(value, open.values());
            if (names.contains(name)) throw new IllegalStateException(open.name() + " has two values called " + name);
            names.add(name);
            body.append("    public static final ")
                    .append(open.name())
                    .append(" ")
                    .append(name)
                    .append(" = new ");
            body.append(open.name()).append("(").append(quote(value)).append(");\n");
        }
        body.append("\n    private static final List<").append(open.name()).append("> KNOWN = List.of(");
        body.append(String.join(", ", names)).append(");\n");
        body.append("\n    public ")
                .append(open.name())
                .append(" {\n        Objects.requireNonNull(value, \"value\");\n    }\n");
        body.append("\n    /** The constant of this value, or a new one for a value not listed. */\n");
        body.append("    public static ").append(open.name()).append(" of(String value) {\n");
        body.append("        return switch (value) {\n");
        for (int i = 0; i < names.size(); i++) {
            body.append("            case ").append(quote(open.values().get(i))).append(" -> ");
            body.append(names.get(i)).append(";\n");
        }
        body.append("            default -> new ").append(open.name()).append("(value);\n        };\n    }\n");
        body.append("\n    /** The values that this version lists. */\n    public static List<")
                .append(open.name());
        body.append("> known() {\n        return KNOWN;\n    }\n");
        body.append("\n    @Override\n    public String toString() {\n        return value;\n    }\n}\n");
        return file(body.toString());
    }

    private static String constant(String value, List<String> all) {
        if (value.equals("1")) return "DECIMAL";
        if (value.length() == 1) {
            boolean upper = Character.isUpperCase(value.charAt(0));
            String letter = value.toLowerCase(Locale.ROOT).equals("i") ? "ROMAN" : "LETTER";
            return (upper ? "UPPER_" : "LOWER_") + letter;
        }
        return value.replaceAll("([a-z])([A-Z])", "$1_$2")
                .replaceAll("[^A-Za-z0-9]", "_")
                .toUpperCase(Locale.ROOT);
    }

    // ---- tables

    private String apiCall() {
        String members = schema.methods.values().stream().map(Method::name).collect(Collectors.joining(", "));
        return file("""
                /**
                 * One call of the Bot API with its parameters; {@link BotApi#call} sends it. A method that is newer than this
                 * version goes as {@link RawCall}.
                 *
                 * @param <R> what the server answers
                 * @see <a href="https://core.telegram.org/bots/api#available-methods">Bot API: methods</a>
                 */
                public sealed interface ApiCall<R> permits RawCall, %s {
                    /** The method's name as in the documentation, such as {@code sendMessage}. */
                    String method();
                }
                """.formatted(members));
    }

    private String calls() {
        var write = new StringBuilder();
        var read = new StringBuilder();
        for (Method method : schema.methods.values()) {
            write.append("            case ")
                    .append(quote(method.wire()))
                    .append(" -> ((")
                    .append(method.name());
            write.append(") call).write(out);\n");
            read.append("            case ").append(quote(method.wire())).append(" -> ");
            read.append(read(method.result(), "in")).append(";\n");
        }
        return file("""
                /** What belongs to each call: how its parameters are written and its answer is read. */
                final class Calls {
                    /** The version of the Bot API that the calls and types were generated from. */
                    static final String VERSION = %s;

                    static final List<String> METHODS = List.of(%s);

                    private Calls() {}

                    static void write(ApiCall<?> call, JsonOut out) {
                        if (call instanceof RawCall raw) {
                            out.raw(raw.parameters());
                            return;
                        }
                        switch (call.method()) {
                %s            default -> throw new IllegalArgumentException(call.method());
                        }
                    }

                    /** Null if the answer has another shape than the documentation says. */
                    static @Nullable Object readResult(ApiCall<?> call, JsonIn in) {
                        if (call instanceof RawCall) return in.raw();
                        return switch (call.method()) {
                %s            default -> throw new IllegalArgumentException(call.method());
                        };
                    }
                }
                """.formatted(
                        quote(schema.version),
                        schema.methods.keySet().stream().map(JavaSources::quote).collect(Collectors.joining(", ")),
                        write,
                        read));
    }

    private String types() {
        var write = new StringBuilder();
        var read = new StringBuilder();
        for (Type type : schema.types.values()) {
            write.append("            case ")
                    .append(quote(type.name()))
                    .append(" -> ((")
                    .append(type.name());
            write.append(") value).write(out);\n");
            read.append("            case ")
                    .append(quote(type.name()))
                    .append(" -> ")
                    .append(type.name());
            read.append(".read(in);\n");
        }
        for (Union union : schema.unions.values()) {
            read.append("            case ")
                    .append(quote(union.name()))
                    .append(" -> Unions.read")
                    .append(union.name());
            read.append("(in);\n");
        }
        return file("""
                /** Types and unions by the simple name of their class. */
                final class Types {
                    static final List<Class<?>> RECORDS = List.of(%s);

                    static final List<Class<?>> UNIONS = List.of(%s);

                    private Types() {}

                    static void write(Record value, JsonOut out) {
                        switch (value.getClass().getSimpleName()) {
                %s            default -> throw new IllegalArgumentException(value.getClass() + " is no Bot API type");
                        }
                    }

                    static Object read(Class<?> type, JsonIn in) {
                        return switch (type.getSimpleName()) {
                %s            default -> throw new IllegalArgumentException(type + " is no Bot API type");
                        };
                    }
                }
                """.formatted(classes(schema.types), classes(schema.unions), write, read));
    }

    private static String classes(Map<String, ?> named) {
        return named.keySet().stream().map(name -> name + ".class").collect(Collectors.joining(", "));
    }

    // ---- shapes

    private static boolean primitive(Field field) {
        return field.shape() instanceof Shape.Mark
                || field.required()
                        && (field.shape() instanceof Shape.Whole
                                || field.shape() instanceof Shape.Decimal
                                || field.shape() instanceof Shape.Flag);
    }

    private static String components(List<Field> fields) {
        return fields.stream()
                .filter(field -> !field.constant())
                .map(field -> declared(field) + " " + field.java())
                .collect(Collectors.joining(", "));
    }

    static String declared(Field field) {
        if (field.shape() instanceof Shape.Mark) return "boolean";
        if (!field.required()) return "@Nullable " + boxed(field.shape());
        if (field.shape() instanceof Shape.Whole) return "long";
        if (field.shape() instanceof Shape.Decimal) return "double";
        if (field.shape() instanceof Shape.Flag) return "boolean";
        return boxed(field.shape());
    }

    static String boxed(Shape shape) {
        return switch (shape) {
            case Shape.Whole whole -> "Long";
            case Shape.Decimal decimal -> "Double";
            case Shape.Text text -> "String";
            case Shape.Flag flag -> "Boolean";
            case Shape.Mark mark -> "Boolean";
            case Shape.Literal literal -> throw new IllegalStateException(literal.value());
            case Shape.ChatId chat -> "ChatId";
            case Shape.InputFile file -> "InputFile";
            case Shape.Open open -> open.name();
            case Shape.Type type -> type.name();
            case Shape.Union union -> union.name();
            case Shape.Many many -> "List<" + boxed(many.element()) + ">";
            case Shape.OrTrue maybe -> "Optional<" + boxed(maybe.element()) + ">";
        };
    }

    private static String read(Shape shape, String in) {
        return switch (shape) {
            case Shape.Whole whole -> in + ".whole()";
            case Shape.Decimal decimal -> in + ".decimal()";
            case Shape.Text text -> in + ".text()";
            case Shape.Flag flag -> in + ".flag()";
            case Shape.Mark mark -> in + ".mark()";
            case Shape.Literal literal -> throw new IllegalStateException(literal.value());
            case Shape.ChatId chat -> in + ".chatId()";
            case Shape.InputFile file -> in + ".inputFile()";
            case Shape.Open open -> in + ".open(" + open.name() + "::of)";
            case Shape.Type type -> in + ".object(" + type.name() + "::read)";
            case Shape.Union union -> in + ".object(Unions::read" + union.name() + ")";
            case Shape.Many many -> in + ".list(i" + in + " -> " + read(many.element(), "i" + in) + ")";
            case Shape.OrTrue maybe -> in + ".orTrue(i" + in + " -> " + read(maybe.element(), "i" + in) + ")";
        };
    }

    private static String write(Shape shape, String out, String value) {
        return switch (shape) {
            case Shape.Whole whole -> out + ".whole(" + value + ")";
            case Shape.Decimal decimal -> out + ".decimal(" + value + ")";
            case Shape.Text text -> out + ".text(" + value + ")";
            case Shape.Flag flag -> out + ".flag(" + value + ")";
            case Shape.Mark mark -> out + ".flag(true)";
            case Shape.ChatId chat -> out + ".chatId(" + value + ")";
            case Shape.Open open -> out + ".text(" + value + ".value())";
            case Shape.Type type -> value + ".write(" + out + ")";
            case Shape.Union union -> "Unions.write" + union.name() + "(" + value + ", " + out + ")";
            case Shape.Many many ->
                out + ".array(" + value + ", (o" + out + ", v" + out + ") -> "
                        + write(many.element(), "o" + out, "v" + out) + ")";
            case Shape.InputFile file -> throw new IllegalStateException("a file is a field of its own");
            case Shape.Literal literal -> throw new IllegalStateException(literal.value());
            case Shape.OrTrue maybe -> throw new IllegalStateException("only answers are true or an object");
        };
    }

    static String see(String name) {
        return " * @see <a href=\"" + PAGE + name.toLowerCase(Locale.ROOT) + "\">Bot API: " + name + "</a>\n";
    }

    static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String file(String declaration) {
        var imports = new StringBuilder();
        if (declaration.contains("List<") || declaration.contains("List.")) imports.append("import java.util.List;\n");
        if (declaration.contains("Objects.")) imports.append("import java.util.Objects;\n");
        if (declaration.contains("Optional<")) imports.append("import java.util.Optional;\n");
        if (declaration.contains("@Nullable")) imports.append("import org.jspecify.annotations.Nullable;\n");
        return "package io.botmesh.botapi;\n\n" + imports + (imports.isEmpty() ? "" : "\n") + declaration;
    }
}
