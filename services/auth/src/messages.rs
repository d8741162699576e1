//! The words of messages, in the six languages.

use shared_models::text::Language;

use crate::domain::code::Purpose;

/// A message's subject and text. The code comes first: phones show it in the notification.
pub(crate) fn code_message(language: Language, purpose: Purpose, code: &str) -> (String, String) {
    let why = reason(language, purpose);
    let text = match language {
        Language::En => {
            format!("{code} is your CraftChain code {why}. It is good for 5 minutes. Tell it to nobody.")
        }
        Language::Hi => {
            format!("{code} आपका CraftChain कोड है: {why}। यह 5 मिनट तक मान्य है। इसे किसी को न बताएँ।")
        }
        Language::Bn => format!("{code} আপনার CraftChain কোড: {why}। এটি 5 মিনিট পর্যন্ত বৈধ। কাউকে জানাবেন না।"),
        Language::Ta => {
            format!("{code} உங்கள் CraftChain குறியீடு: {why}. இது 5 நிமிடங்கள் செல்லும். யாரிடமும் பகிர வேண்டாம்.")
        }
        Language::Te => format!("{code} మీ CraftChain కోడ్: {why}. ఇది 5 నిమిషాలు చెల్లుతుంది. ఎవరికీ చెప్పకండి."),
        Language::Mr => {
            format!("{code} हा तुमचा CraftChain कोड आहे: {why}. तो 5 मिनिटे चालेल. कोणालाही सांगू नका.")
        }
    };
    ("CraftChain".to_owned(), text)
}

fn reason(language: Language, purpose: Purpose) -> &'static str {
    use Language as L;
    use Purpose as P;
    match (language, purpose) {
        (L::En, P::SignIn) => "to sign in",
        (L::En, P::ResetPassword) => "to set a new password",
        (L::En, P::VerifyContact) => "to confirm this contact",
        (L::En, P::ChangeContact) => "to change your contact",
        (L::En, P::PayoutMethod) => "to change how you are paid",
        (L::Hi, P::SignIn) => "साइन इन करने के लिए",
        (L::Hi, P::ResetPassword) => "नया पासवर्ड बनाने के लिए",
        (L::Hi, P::VerifyContact) => "इस संपर्क की पुष्टि के लिए",
        (L::Hi, P::ChangeContact) => "संपर्क बदलने के लिए",
        (L::Hi, P::PayoutMethod) => "भुगतान का तरीका बदलने के लिए",
        (L::Bn, P::SignIn) => "সাইন ইন করার জন্য",
        (L::Bn, P::ResetPassword) => "নতুন পাসওয়ার্ডের জন্য",
        (L::Bn, P::VerifyContact) => "এই যোগাযোগ যাচাইয়ের জন্য",
        (L::Bn, P::ChangeContact) => "যোগাযোগ বদলানোর জন্য",
        (L::Bn, P::PayoutMethod) => "টাকা পাওয়ার উপায় বদলানোর জন্য",
        (L::Ta, P::SignIn) => "உள்நுழைய",
        (L::Ta, P::ResetPassword) => "புதிய கடவுச்சொல் அமைக்க",
        (L::Ta, P::VerifyContact) => "இந்தத் தொடர்பை உறுதிப்படுத்த",
        (L::Ta, P::ChangeContact) => "தொடர்பை மாற்ற",
        (L::Ta, P::PayoutMethod) => "பணம் பெறும் முறையை மாற்ற",
        (L::Te, P::SignIn) => "సైన్ ఇన్ చేయడానికి",
        (L::Te, P::ResetPassword) => "కొత్త పాస్‌వర్డ్ పెట్టడానికి",
        (L::Te, P::VerifyContact) => "ఈ సంప్రదింపును నిర్ధారించడానికి",
        (L::Te, P::ChangeContact) => "సంప్రదింపు మార్చడానికి",
        (L::Te, P::PayoutMethod) => "చెల్లింపు విధానం మార్చడానికి",
        (L::Mr, P::SignIn) => "साइन इन करण्यासाठी",
        (L::Mr, P::ResetPassword) => "नवीन पासवर्डसाठी",
        (L::Mr, P::VerifyContact) => "हा संपर्क तपासण्यासाठी",
        (L::Mr, P::ChangeContact) => "संपर्क बदलण्यासाठी",
        (L::Mr, P::PayoutMethod) => "पैसे मिळण्याची पद्धत बदलण्यासाठी",
    }
}
