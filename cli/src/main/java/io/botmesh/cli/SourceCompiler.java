package io.botmesh.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles source files in memory, against what this program is made of: a bot of ten lines needs no build. */
final class SourceCompiler {
    private SourceCompiler() {}

    static boolean isSource(Path place) {
        return place.toString().endsWith(".java");
    }

    /**
     * Compiles all of them together.
     *
     * @param libraries what they need besides
     * @return classes by their names
     * @throws CommandException if they do not compile; the message tells the first mistake
     */
    static Map<String, byte[]> compile(List<Path> sources, List<Path> libraries) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null)
            throw CommandException.failed(
                    "there is no compiler in " + System.getProperty("java.home") + "; use a JDK, or name a jar");
        var problems = new DiagnosticCollector<JavaFileObject>();
        try (var files = compiler.getStandardFileManager(problems, Locale.ROOT, StandardCharsets.UTF_8);
                var memory = new Memory(files)) {
            var options = List.of("-proc:none", "-parameters", "-cp", classPath(libraries));
            var task = compiler.getTask(
                    Writer.nullWriter(), memory, problems, options, null, files.getJavaFileObjectsFromPaths(sources));
            if (!task.call()) throw CommandException.wrongUse(firstOf(problems.getDiagnostics(), sources));
            return memory.classes();
        } catch (IOException broken) {
            throw CommandException.failed(
                    "cannot read " + sources.getFirst() + " (" + IoReason.of(broken) + ")", broken);
        }
    }

    private static String classPath(List<Path> libraries) {
        var all = new ArrayList<>(List.of(System.getProperty("java.class.path")));
        for (Path library : libraries) all.add(library.toString());
        return String.join(File.pathSeparator, all);
    }

    private static String firstOf(List<Diagnostic<? extends JavaFileObject>> problems, List<Path> sources) {
        var errors = problems.stream()
                .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .toList();
        if (errors.isEmpty()) return sources.getFirst() + " does not compile";
        var first = errors.getFirst();
        var where = first.getSource() == null
                ? sources.getFirst().toString()
                : first.getSource().getName();
        return where + " does not compile: line " + first.getLineNumber() + ": " + first.getMessage(Locale.ROOT)
                + (errors.size() == 1 ? "" : ", and " + (errors.size() - 1) + " more mistakes");
    }

    /** Where the compiler writes to. */
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        Memory(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            var bytes = new ByteArrayOutputStream();
            written.put(className, bytes);
            return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        Map<String, byte[]> classes() {
            var classes = new HashMap<String, byte[]>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }
}
