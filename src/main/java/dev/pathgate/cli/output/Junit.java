package dev.pathgate.cli.output;

import java.io.StringWriter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Test cases as JUnit's XML, which every CI server shows. */
public final class Junit {
  private Junit() {}

  /**
   * One test case.
   *
   * @param failures what fails it
   * @param notes what is only said about it
   */
  public record Case(String group, String name, List<Result> failures, List<Result> notes) {}

  /** The document: one suite. */
  public static String text(String suite, List<Case> cases) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      newline(xml, "");
      xml.writeStartElement("testsuites");
      newline(xml, "  ");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", suite);
      xml.writeAttribute("tests", String.valueOf(cases.size()));
      xml.writeAttribute(
          "failures",
          String.valueOf(cases.stream().filter(one -> !one.failures().isEmpty()).count()));
      xml.writeAttribute("errors", "0");
      xml.writeAttribute("time", "0");
      for (Case one : cases) {
        write(xml, one);
      }
      newline(xml, "  ");
      xml.writeEndElement();
      newline(xml, "");
      xml.writeEndElement();
      newline(xml, "");
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException(impossible);
    }
    return text.toString();
  }

  private static void write(XMLStreamWriter xml, Case one) throws XMLStreamException {
    newline(xml, "    ");
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", one.group());
    xml.writeAttribute("name", XmlText.of(one.name()));
    xml.writeAttribute("time", "0");
    for (Result failure : one.failures()) {
      newline(xml, "      ");
      xml.writeStartElement("failure");
      xml.writeAttribute("type", failure.rule());
      xml.writeAttribute("message", XmlText.of(failure.message()));
      xml.writeCharacters(XmlText.of(place(failure) + failure.message()));
      xml.writeEndElement();
    }
    if (!one.notes().isEmpty()) {
      newline(xml, "      ");
      xml.writeStartElement("system-out");
      for (Result note : one.notes()) {
        xml.writeCharacters(XmlText.of(place(note) + note.message()) + "\n");
      }
      xml.writeEndElement();
    }
    newline(xml, "    ");
    xml.writeEndElement();
  }

  private static String place(Result result) {
    String line = result.line() == 0 ? "" : ":" + result.line();
    return (result.file().isEmpty() ? "" : result.file() + line + ": ")
        + (result.field().isEmpty() ? "" : result.field() + ": ");
  }

  private static void newline(XMLStreamWriter xml, String indent) throws XMLStreamException {
    xml.writeCharacters("\n" + indent);
  }
}
