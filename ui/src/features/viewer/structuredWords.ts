/*
 * The words of structured reports in French, by scheme and code: dose reports first, then measures and what most reports share.
 * PS3.16: TID 10001-10024 (dose), 1500 (measures), 1000-1008 (who observes); CID 4, 10000-10033. A code that is not here keeps the meaning
 * that the report itself gives.
 *
 * SPDX-License-Identifier: Apache-2.0
 */

const DCM: Record<string, string> = {
  // documents and their context
  113701: 'Rapport de dose de rayons X', 113500: 'Rapport de dose de radiopharmaceutique', 113012: 'Description d’objet clé', 113000: 'À retenir',
  113002: 'Pour le médecin demandeur',
  126000: 'Rapport de mesures', 126010: 'Mesures', 125007: 'Groupe de mesures', 111028: 'Images citées', 126200: 'Groupe d’images citées',
  121058: 'Acte rapporté', 113704: 'Radiologie par projection',
  121049: 'Langue du contenu', 121046: 'Pays de la langue', 121106: 'Commentaire', 121071: 'Constatation', 121139: 'Modalité', 121401: 'Dérivation',
  121112: 'Source de la mesure', 121206: 'Distance',
  121402: 'Normalité', 121403: 'Niveau de signification', 112039: 'Nom du suivi', 112040: 'Identifiant du suivi', 112227: 'UID du repère',
  110180: 'UID de l’examen', 121126: 'UID de l’étape réalisée',
  111030: 'Région de l’image', 111031: 'Incidence', 111018: 'Date du contenu', 111019: 'Heure du contenu', 111060: 'Date de l’examen',
  111061: 'Heure de l’examen', 126201: 'Date d’acquisition', 126202: 'Heure d’acquisition',
  121191: 'Segment désigné', 121231: 'Surface du volume', 121232: 'Série d’origine de la segmentation',
  121233: 'Image d’origine de la segmentation', 121324: 'Image d’origine', 111040: 'Source d’origine',
  112031: 'Coefficient d’atténuation', 110910: 'Lignes de pixels', 110911: 'Colonnes de pixels', 110850: 'Atténuation des rayons X',
  110852: 'Signal IRM', 110849: 'Échogénicité',
  110820: 'Activité en projection', 110821: 'Activité en coupes', 126400: 'SUV', 126401: 'SUV (poids)', 126410: 'Calcul du SUV par le poids',
  126030: 'Somme des volumes segmentés', 126031: 'Valeur de pic dans la région', 126033: 'Glycolyse totale de la lésion',
  126100: 'Table de valeurs réelles de la mesure',
  // who, with what
  121005: 'Observateur', 121006: 'Personne', 121007: 'Appareil', 121008: 'Nom de l’observateur', 121009: 'Établissement de l’observateur',
  121012: 'UID de l’appareil', 121013: 'Nom de l’appareil', 121014: 'Fabricant de l’appareil',
  121015: 'Modèle de l’appareil', 121016: 'Numéro de série de l’appareil', 121017: 'Emplacement de l’appareil', 109101: 'Appareil d’acquisition',
  121081: 'Médecin', 121083: 'Manipulateur', 113850: 'Autorise l’irradiation', 113851: 'Réalise l’irradiation',
  113859: 'Appareil d’irradiation', 113870: 'Nom de la personne', 113871: 'Identifiant de la personne',
  113872: 'Établissement qui donne l’identifiant', 113873: 'Établissement', 113874: 'Fonction dans l’établissement', 113875: 'Rôle dans l’acte',
  113876: 'Rôle de l’appareil dans l’acte', 113877: 'Nom de l’appareil', 113878: 'Fabricant de l’appareil', 113879: 'Modèle de l’appareil',
  113880: 'Numéro de série de l’appareil', 113794: 'Appareil de mesure de la dose',
  // what the doses are about
  113705: 'Portée du cumul', 113014: 'Examen', 113015: 'Série', 113016: 'Étape réalisée', 113854: 'Origine de l’information de dose',
  113856: 'Recueil automatique', 113857: 'Saisie manuelle', 113858: 'Données de l’étape réalisée (MPPS)',
  113866: 'Copié de l’en-tête des images', 113867: 'Calculé d’après l’en-tête des images', 113868: 'Repris d’un compte rendu',
  113809: 'Début de l’irradiation', 113810: 'Fin de l’irradiation', 113769: 'UID de l’irradiation', 113812: 'Nombre d’irradiations',
  113721: 'Type d’irradiation', 113605: 'Libellé de l’irradiation', 113606: 'Type de libellé', 113607: 'Numéro de série', 123014: 'Région visée',
  125203: 'Protocole d’acquisition', 111526: 'Début', 113780: 'Définition du point de référence',
  113860: 'À 15 cm de l’isocentre vers la source', 113861: 'À 30 cm devant le récepteur d’image', 113862: 'À 1 cm au-dessus de la table',
  113863: 'À 30 cm au-dessus de la table', 113864: 'À 15 cm de l’axe de la table',
  113865: 'À l’entrée d’un sein de 4,2 cm', 113943: 'Données de la source disponibles', 113944: 'Données mécaniques disponibles',
  113745: 'Position du patient sur la table', 113795: 'Image acquise',
  // CT: TID 10011 to 10014
  113811: 'Dose cumulée (scanner)', 113813: 'Produit dose-longueur total', 113814: 'Dose efficace totale (scanner)',
  113819: 'Acquisition (scanner)', 113820: 'Type d’acquisition', 113822: 'Paramètres d’acquisition', 113823: 'Nombre de tubes',
  113824: 'Temps d’exposition', 113825: 'Longueur explorée', 113826: 'Collimation d’un canal', 113827: 'Collimation totale', 113828: 'Pas (pitch)',
  113829: 'Dose (scanner)', 113830: 'IDSV moyen (CTDIvol)', 113831: 'Paramètres du tube',
  113832: 'Tube', 113833: 'Intensité maximale', 113834: 'Temps par rotation', 113835: 'Fantôme de l’IDSV', 113690: 'Tête, 16 cm',
  113691: 'Corps, 32 cm', 113838: 'Produit dose-longueur (PDL)', 113839: 'Dose efficace', 113842: 'Modulation',
  113893: 'Longueur reconstructible', 113895: 'Haut de la zone reconstructible', 113896: 'Bas de la zone reconstructible',
  113899: 'Étendue exposée', 113804: 'Acquisition séquentielle', 113807: 'Acquisition libre', 113805: 'Acquisition à angle constant',
  113806: 'Acquisition sans déplacement',
  113900: 'Alerte de dose : détails', 113901: 'Seuil d’alerte de PDL réglé', 113902: 'Seuil d’alerte d’IDSV réglé', 113903: 'Seuil d’alerte de PDL',
  113904: 'Seuil d’alerte d’IDSV', 113905: 'PDL cumulé prévu', 113906: 'IDSV cumulé prévu',
  113907: 'Motif de poursuite', 113908: 'Avis de dose : détails', 113909: 'Seuil d’avis de PDL réglé', 113910: 'Seuil d’avis d’IDSV réglé',
  113911: 'Seuil d’avis de PDL', 113912: 'Seuil d’avis d’IDSV', 113930: 'IDSV ajusté à la taille (SSDE)',
  // projection: TID 10001 to 10007
  113702: 'Dose cumulée', 113706: 'Irradiation', 113764: 'Plan d’acquisition', 113620: 'Plan A', 113621: 'Plan B', 113622: 'Plan unique',
  113611: 'Acquisition fixe', 113612: 'Acquisition par déplacement', 113613: 'Acquisition rotative',
  113722: 'Produit dose-surface total', 113725: 'Dose totale au point de référence', 113726: 'Produit dose-surface en scopie',
  113727: 'Produit dose-surface en graphie', 113728: 'Dose en scopie au point de référence',
  113729: 'Dose en graphie au point de référence', 113730: 'Durée totale de scopie', 113855: 'Durée totale de graphie',
  113731: 'Nombre d’images de graphie', 113732: 'Mode de scopie', 113630: 'Continue', 113631: 'Pulsée', 113723: 'Date d’étalonnage',
  113724: 'Étalonné par', 113763: 'Incertitude d’étalonnage', 122322: 'Facteur d’étalonnage', 122505: 'Étalonnage', 113733: 'Tension du tube',
  113734: 'Intensité du tube', 113735: 'Temps d’exposition', 113736: 'Charge', 113738: 'Dose au point de référence',
  122130: 'Produit dose-surface', 113742: 'Durée d’irradiation', 113743: 'Orientation du patient', 113744: 'Précision sur l’orientation du patient',
  113748: 'Distance foyer-isocentre', 113750: 'Distance foyer-détecteur',
  113751: 'Position longitudinale de la table', 113752: 'Position latérale de la table', 113753: 'Hauteur de la table',
  113754: 'Inclinaison de la table', 113755: 'Rotation de la table', 113756: 'Roulis de la table', 113770: 'Angle de la colonne',
  112011: 'Angle principal de l’arceau', 112012: 'Angle secondaire de l’arceau', 113766: 'Taille du foyer', 113768: 'Nombre d’impulsions',
  113791: 'Fréquence des impulsions', 113793: 'Durée d’une impulsion', 113771: 'Filtres', 113772: 'Type de filtre',
  113757: 'Matière du filtre', 113758: 'Épaisseur minimale du filtre', 113773: 'Épaisseur maximale du filtre', 113650: 'Filtre plan',
  111650: 'Filtre plan', 111609: 'Sans filtre', 111635: 'Grille', 113956: 'Montage de la radiographie numérique', 113954: 'Potence murale',
  // mammography
  111631: 'Dose glandulaire moyenne', 111637: 'Dose glandulaire moyenne cumulée', 111632: 'Matière de l’anode', 111633: 'Épaisseur comprimée',
  111634: 'Couche de demi-atténuation', 111636: 'Kerma à l’entrée au point de référence',
  // radiopharmaceuticals: TID 10021 to 10024
  113502: 'Administration du radiopharmaceutique', 113503: 'UID de l’administration', 123003: 'Début de l’administration',
  123004: 'Fin de l’administration', 113507: 'Activité administrée', 113508: 'Activité mesurée avant', 113509: 'Activité mesurée après',
  123005: 'Volume administré', 113510: 'Identifiant du médicament', 113511: 'Identifiant de la dose préparée', 113512: 'Lot',
  113505: 'Signes d’extravasation', 113506: 'Activité extravasée estimée',
};

// SNOMED CT; older reports name the same by SRT.
const SCT: Record<string, string> = {
  77477000: 'Scanner', 71651007: 'Mammographie', 363703001: 'Intention', 261004008: 'Diagnostique', 116152004: 'Hélicoïdale', 44491008: 'Scopie',
  43799004: 'Thorax', 818981001: 'Abdomen', 113345001: 'Abdomen',
  12738006: 'Encéphale', 69536005: 'Tête', 45048000: 'Cou', 816092008: 'Pelvis', 12921003: 'Pelvis', 416949008: 'Abdomen et pelvis',
  416775004: 'Thorax, abdomen et pelvis', 416550000: 'Thorax et abdomen', 774007: 'Tête et cou', 38266002: 'Corps entier',
  51282000: 'Vertèbre', 421060004: 'Rachis', 122494005: 'Rachis cervical', 122495006: 'Rachis dorsal', 122496007: 'Rachis lombaire',
  53120007: 'Membre supérieur', 61685007: 'Membre inférieur', 24136001: 'Hanche', 72696002: 'Genou', 76752008: 'Sein',
  39607008: 'Poumon', 15825003: 'Aorte', 27925004: 'Nodule', 10200004: 'Foie', 64033007: 'Rein', 80891009: 'Cœur', 24028007: 'Droite',
  7771000: 'Gauche', 272741003: 'Côté', 363698007: 'Siège', 276214006: 'Catégorie de la constatation',
  91723000: 'Structure anatomique', 410668003: 'Longueur', 42798000: 'Aire', 118565006: 'Volume', 81827009: 'Diamètre', 1483009: 'Angle',
  285285000: 'Angle de Cobb', 103339001: 'Grand axe', 103340004: 'Petit axe', 373098007: 'Moyenne',
  386136009: 'Écart type', 255605001: 'Minimum', 56851009: 'Maximum', 370129005: 'Méthode de mesure', 373066001: 'Oui', 373067005: 'Non',
  349358000: 'Radiopharmaceutique', 89457008: 'Radionucléide', 304283002: 'Période', 410675002: 'Voie d’administration',
  47625008: 'Intraveineuse', 77004003: 'Fluor 18', 35321007: 'Fluorodésoxyglucose (18F)', 102538003: 'Couché', 102540008: 'Tête en premier',
  102541007: 'Pieds en premier', 40199007: 'Sur le dos', 1240000: 'Sur le ventre', 272479007: 'Postéro-antérieure', 363679005: 'Imagerie',
};
const SRT: Record<string, string> = {
  'P5-08000': 'Scanner', 'P5-40010': 'Mammographie', 'P5-06000': 'Scopie', 'P5-08001': 'Hélicoïdale', 'P5-0808E': 'Scanner sans injection',
  'P5-00100': 'Radiologie avec produit de contraste', 'G-C0E8': 'Intention', 'R-408C3': 'Diagnostique',
  'R-002E9': 'Diagnostique et thérapeutique', 'R-0038D': 'Oui', 'R-00339': 'Non', 'R-00317': 'Moyenne', 'R-00319': 'Médiane',
  'R-10047': 'Écart type', 'R-404FB': 'Minimum', 'G-A437': 'Maximum', 'G-A460': 'Normal', 'R-00345': 'Non significatif',
  'G-A100': 'Droite', 'G-A101': 'Gauche', 'G-C171': 'Côté', 'G-C0E3': 'Siège', 'G-C036': 'Méthode de mesure', 'G-C32C': 'Contexte de l’acte',
  'G-D705': 'Volume', 'G-A16A': 'Aire', 'G-A1F8': 'Précision topographique', 'T-D3000': 'Thorax', 'T-D4000': 'Abdomen',
  'T-D400': 'Abdomen', 'T-D0010': 'Corps entier', 'T-D0005': 'Structure anatomique', 'T-D1100': 'Tête', 'T-D1600': 'Cou', 'T-D6000': 'Pelvis',
  'T-A0100': 'Encéphale', 'T-04000': 'Sein', 'T-04020': 'Sein droit', 'T-04030': 'Sein gauche',
  'T-D00F7': 'Charnière cervico-dorsale', 'T-A7010': 'Moelle épinière', 'F-10340': 'Sur le dos', 'F-10310': 'Sur le ventre', 'F-10450': 'Couché',
  'F-10470': 'Tête en premier', 'F-10480': 'Pieds en premier', 'R-10242': 'Cranio-caudale',
  'A-2C090': 'Dosimètre', 'C-120F9': 'Aluminium', 'C-127F9': 'Cuivre', 'C-164F9': 'Tungstène', 'C-167F9': 'Rhodium', 'C-10072': 'Radionucléide',
  'C-111A1': 'Fluor 18', 'C-B1031': 'Fluorodésoxyglucose (18F)', 'F-61FDB': 'Radiopharmaceutique',
};
const BY_SCHEME: Record<string, Record<string, string>> = { DCM, SCT, SRT, SNM3: SRT, '99SDM': SRT, LN: { '18748-4': 'Compte rendu d’imagerie' } };

export const frenchWord = (scheme: string, code: string): string | undefined => BY_SCHEME[scheme]?.[code];
