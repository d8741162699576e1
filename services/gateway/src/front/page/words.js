// What the page says, in the six languages of the marketplace.

const WORDS = {
  en: {
    tagline: "Handmade, by the people who make it", skip: "Skip to the pieces", language: "Language", search: "Search",
    newest: "Newest pieces", found: "{count} found for “{query}”", all: "See all pieces", more: "Show more", waiting: "One moment …",
    sold_out: "Sold out", none: "Nothing was found. Try fewer words, or another spelling.",
    empty: "Nothing is listed yet. To begin with a dozen pieces:", failed: "The pieces could not be loaded.",
    again: "Try again", gone: "This piece is not there any more.", close: "Close",
    materials: "Materials", size: "Size", region: "Region", origin: "Tradition", time: "Made in",
  },
  hi: {
    tagline: "हाथ से बना, बनाने वालों से", skip: "सीधे वस्तुओं पर जाएँ", language: "भाषा", search: "खोजें",
    newest: "नई वस्तुएँ", found: "“{query}” के लिए {count} मिलीं", all: "सभी वस्तुएँ देखें", more: "और दिखाएँ", waiting: "एक क्षण …",
    sold_out: "बिक गया", none: "कुछ नहीं मिला। कम शब्द या दूसरी वर्तनी आज़माएँ।",
    empty: "अभी कुछ सूचीबद्ध नहीं है। बारह वस्तुओं से शुरू करने के लिए:", failed: "वस्तुएँ लोड नहीं हो सकीं।",
    again: "फिर कोशिश करें", gone: "यह वस्तु अब नहीं है।", close: "बंद करें",
    materials: "सामग्री", size: "आकार", region: "क्षेत्र", origin: "परंपरा", time: "बनाने में समय",
  },
  bn: {
    tagline: "হাতে তৈরি, কারিগরের কাছ থেকে", skip: "সরাসরি জিনিসগুলিতে যান", language: "ভাষা", search: "খুঁজুন",
    newest: "নতুন জিনিস", found: "“{query}”-এর জন্য {count}টি পাওয়া গেছে", all: "সব জিনিস দেখুন", more: "আরও দেখান", waiting: "একটু অপেক্ষা করুন …",
    sold_out: "বিক্রি হয়ে গেছে", none: "কিছু পাওয়া যায়নি। কম শব্দ বা অন্য বানান দিয়ে দেখুন।",
    empty: "এখনও কিছু তালিকাভুক্ত হয়নি। বারোটি জিনিস দিয়ে শুরু করতে:", failed: "জিনিসগুলি লোড করা যায়নি।",
    again: "আবার চেষ্টা করুন", gone: "এই জিনিসটি আর নেই।", close: "বন্ধ করুন",
    materials: "উপকরণ", size: "মাপ", region: "অঞ্চল", origin: "ঐতিহ্য", time: "তৈরির সময়",
  },
  ta: {
    tagline: "கைவினைஞர்கள் கையால் செய்தவை", skip: "பொருட்களுக்குச் செல்க", language: "மொழி", search: "தேடு",
    newest: "புதிய பொருட்கள்", found: "“{query}”: {count} கிடைத்தன", all: "எல்லாப் பொருட்களும்", more: "மேலும் காட்டு", waiting: "ஒரு நொடி …",
    sold_out: "விற்றுவிட்டது", none: "எதுவும் கிடைக்கவில்லை. குறைவான சொற்கள் அல்லது வேறு எழுத்துமுறையில் முயலுங்கள்.",
    empty: "இன்னும் எதுவும் பட்டியலில் இல்லை. பன்னிரண்டு பொருட்களுடன் தொடங்க:", failed: "பொருட்களை ஏற்ற முடியவில்லை.",
    again: "மீண்டும் முயல்க", gone: "இந்தப் பொருள் இப்போது இல்லை.", close: "மூடு",
    materials: "மூலப்பொருட்கள்", size: "அளவு", region: "பகுதி", origin: "மரபு", time: "செய்யும் நேரம்",
  },
  te: {
    tagline: "చేతితో చేసినవి, చేసినవారి నుండే", skip: "వస్తువులకు వెళ్ళండి", language: "భాష", search: "వెతకండి",
    newest: "కొత్త వస్తువులు", found: "“{query}” కోసం {count} దొరికాయి", all: "అన్ని వస్తువులు చూడండి", more: "మరిన్ని చూపించు", waiting: "ఒక్క క్షణం …",
    sold_out: "అమ్ముడైంది", none: "ఏమీ దొరకలేదు. తక్కువ పదాలతో లేదా వేరే వర్ణక్రమంతో ప్రయత్నించండి.",
    empty: "ఇంకా ఏదీ జాబితాలో లేదు. పన్నెండు వస్తువులతో మొదలుపెట్టడానికి:", failed: "వస్తువులను లోడ్ చేయలేకపోయాం.",
    again: "మళ్ళీ ప్రయత్నించండి", gone: "ఈ వస్తువు ఇప్పుడు లేదు.", close: "మూసివేయి",
    materials: "పదార్థాలు", size: "పరిమాణం", region: "ప్రాంతం", origin: "సంప్రదాయం", time: "తయారీ సమయం",
  },
  mr: {
    tagline: "हाताने घडवलेले, घडवणाऱ्यांकडून", skip: "थेट वस्तूंकडे जा", language: "भाषा", search: "शोधा",
    newest: "नवीन वस्तू", found: "“{query}” साठी {count} सापडल्या", all: "सर्व वस्तू पाहा", more: "आणखी दाखवा", waiting: "एक क्षण …",
    sold_out: "विकले गेले", none: "काहीही सापडले नाही. कमी शब्द किंवा वेगळे शब्दलेखन वापरून पाहा.",
    empty: "अजून काहीही सूचीत नाही. बारा वस्तूंनी सुरुवात करण्यासाठी:", failed: "वस्तू लोड होऊ शकल्या नाहीत.",
    again: "पुन्हा प्रयत्न करा", gone: "ही वस्तू आता नाही.", close: "बंद करा",
    materials: "साहित्य", size: "आकार", region: "प्रदेश", origin: "परंपरा", time: "घडवण्याचा वेळ",
  },
};

const KEPT_LANGUAGE = "language";
let language = preferredLanguage();

/** The one that was chosen before, else the first that the browser asks for and the marketplace speaks. */
function preferredLanguage() {
  const asked = navigator.languages.map(tag => tag.split("-")[0]);
  return [kept(), ...asked].find(tag => tag in WORDS) ?? "en";
}

function kept() {
  try { return localStorage.getItem(KEPT_LANGUAGE) ?? ""; } catch { return ""; } // storage may be forbidden
}

function choose(tag) {
  language = tag;
  try { localStorage.setItem(KEPT_LANGUAGE, tag); } catch { /* it is for this visit, then */ }
}

function word(name, values = {}) {
  return WORDS[language][name].replace(/\{(\w+)\}/g, (_, value) => values[value]);
}

function number(value, options) {
  return new Intl.NumberFormat(`${language}-IN`, options).format(value);
}

/** The text that the reader understands best, and its language. */
function localized(text) {
  const tag = [language, "en", ...Object.keys(text)].find(tag => text[tag]);
  return { lang: tag ?? "", textContent: text[tag] ?? "" };
}

/** Puts the words into whatever stands still on the page. */
function speak() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  document.getElementById("language").value = language;
}
