// Numbers as text: the same that viz/style/numerals.py writes, and Python's own repr.

// A number as Python writes it: 1e+16, 1e-05, 2.0.
function repr(x) {
  if (x !== x) return "nan";
  if (Math.abs(x) === Infinity) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0";
  const [mantissa, power] = x.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= 16 || exponent < -4) {
    const digits = String(Math.abs(exponent)).padStart(2, "0");
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${digits}`;
  }
  const text = String(x);
  return text.includes(".") ? text : `${text}.0`;
}

// Python's format(x, ".{digits}g").
function general(x, digits) {
  if (x !== x) return "nan";
  if (Math.abs(x) === Infinity) return x > 0 ? "inf" : "-inf";
  if (x === 0) return "0";
  const [mantissa, power] = x.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? "-" : "+";
    return `${bare(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return bare(x.toFixed(Math.max(0, digits - 1 - exponent)));
}

// Four significant digits, all four where it was rounded; a whole number keeps its .0.
function number(x) {
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return `${(x + 0).toFixed(1)}`.replace(/^-0\.0$/, "0.0");
  const text = general(x, 4);
  if (Number(text) === x || x !== x || Math.abs(x) === Infinity) return text;
  const [, exponent] = x.toExponential(3).split("e").map(Number);
  if (exponent >= -4 && exponent < 4) return x.toFixed(3 - exponent).replace(/\.$/, "");
  const [digits, power] = x.toExponential(3).split("e");
  const sign = power.startsWith("-") ? "-" : "+";
  return `${digits}e${sign}${power.slice(1).padStart(2, "0")}`;
}
const signed = (x) => (number(x).startsWith("-") ? `(${number(x)})` : number(x));

// The number in a field; null, and the field is marked, if there is none.
function typed(field) {
  const value = Number(field.value.replace(",", ".").replace("−", "-"));
  const fits = field.value.trim() !== "" && Number.isFinite(value);
  field.setAttribute("aria-invalid", String(!fits));
  return fits ? value : null;
}
