/** Every icon that a category or an account can have, by its lucide name. A chunk of its own: see `icons.svelte.ts`. */
import Apple from '@lucide/svelte/icons/apple';
import Armchair from '@lucide/svelte/icons/armchair';
import Award from '@lucide/svelte/icons/award';
import Baby from '@lucide/svelte/icons/baby';
import BadgeDollarSign from '@lucide/svelte/icons/badge-dollar-sign';
import BadgePercent from '@lucide/svelte/icons/badge-percent';
import BaggageClaim from '@lucide/svelte/icons/baggage-claim';
import Banknote from '@lucide/svelte/icons/banknote';
import BanknoteArrowUp from '@lucide/svelte/icons/banknote-arrow-up';
import Bath from '@lucide/svelte/icons/bath';
import Bed from '@lucide/svelte/icons/bed';
import BedDouble from '@lucide/svelte/icons/bed-double';
import Beer from '@lucide/svelte/icons/beer';
import Bike from '@lucide/svelte/icons/bike';
import Bird from '@lucide/svelte/icons/bird';
import Blocks from '@lucide/svelte/icons/blocks';
import Book from '@lucide/svelte/icons/book';
import BookOpen from '@lucide/svelte/icons/book-open';
import Briefcase from '@lucide/svelte/icons/briefcase';
import BriefcaseBusiness from '@lucide/svelte/icons/briefcase-business';
import Brush from '@lucide/svelte/icons/brush';
import Building from '@lucide/svelte/icons/building';
import Bus from '@lucide/svelte/icons/bus';
import Cake from '@lucide/svelte/icons/cake';
import Calendar from '@lucide/svelte/icons/calendar';
import Camera from '@lucide/svelte/icons/camera';
import Candy from '@lucide/svelte/icons/candy';
import Car from '@lucide/svelte/icons/car';
import CarFront from '@lucide/svelte/icons/car-front';
import CarTaxiFront from '@lucide/svelte/icons/car-taxi-front';
import Cat from '@lucide/svelte/icons/cat';
import ChartLine from '@lucide/svelte/icons/chart-line';
import ChartPie from '@lucide/svelte/icons/chart-pie';
import Church from '@lucide/svelte/icons/church';
import Cigarette from '@lucide/svelte/icons/cigarette';
import CircleDollarSign from '@lucide/svelte/icons/circle-dollar-sign';
import CircleEllipsis from '@lucide/svelte/icons/circle-ellipsis';
import CircleParking from '@lucide/svelte/icons/circle-parking';
import CirclePlus from '@lucide/svelte/icons/circle-plus';
import Clapperboard from '@lucide/svelte/icons/clapperboard';
import Coffee from '@lucide/svelte/icons/coffee';
import Coins from '@lucide/svelte/icons/coins';
import Cookie from '@lucide/svelte/icons/cookie';
import Cpu from '@lucide/svelte/icons/cpu';
import CreditCard from '@lucide/svelte/icons/credit-card';
import Dog from '@lucide/svelte/icons/dog';
import Droplet from '@lucide/svelte/icons/droplet';
import Droplets from '@lucide/svelte/icons/droplets';
import Dumbbell from '@lucide/svelte/icons/dumbbell';
import Egg from '@lucide/svelte/icons/egg';
import Factory from '@lucide/svelte/icons/factory';
import Film from '@lucide/svelte/icons/film';
import Fish from '@lucide/svelte/icons/fish';
import Flame from '@lucide/svelte/icons/flame';
import Flower from '@lucide/svelte/icons/flower';
import Flower2 from '@lucide/svelte/icons/flower-2';
import Footprints from '@lucide/svelte/icons/footprints';
import Fuel from '@lucide/svelte/icons/fuel';
import Gamepad2 from '@lucide/svelte/icons/gamepad-2';
import Gem from '@lucide/svelte/icons/gem';
import Gift from '@lucide/svelte/icons/gift';
import Glasses from '@lucide/svelte/icons/glasses';
import Globe from '@lucide/svelte/icons/globe';
import GraduationCap from '@lucide/svelte/icons/graduation-cap';
import Hammer from '@lucide/svelte/icons/hammer';
import HandCoins from '@lucide/svelte/icons/hand-coins';
import HandHeart from '@lucide/svelte/icons/hand-heart';
import HandHelping from '@lucide/svelte/icons/hand-helping';
import Headphones from '@lucide/svelte/icons/headphones';
import Heart from '@lucide/svelte/icons/heart';
import HeartHandshake from '@lucide/svelte/icons/heart-handshake';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import Hospital from '@lucide/svelte/icons/hospital';
import Hotel from '@lucide/svelte/icons/hotel';
import House from '@lucide/svelte/icons/house';
import HousePlug from '@lucide/svelte/icons/house-plug';
import IceCreamCone from '@lucide/svelte/icons/ice-cream-cone';
import Key from '@lucide/svelte/icons/key';
import KeyRound from '@lucide/svelte/icons/key-round';
import Lamp from '@lucide/svelte/icons/lamp';
import Landmark from '@lucide/svelte/icons/landmark';
import Laptop from '@lucide/svelte/icons/laptop';
import Leaf from '@lucide/svelte/icons/leaf';
import Library from '@lucide/svelte/icons/library';
import Lightbulb from '@lucide/svelte/icons/lightbulb';
import Luggage from '@lucide/svelte/icons/luggage';
import Mail from '@lucide/svelte/icons/mail';
import Map from '@lucide/svelte/icons/map';
import MapPin from '@lucide/svelte/icons/map-pin';
import Martini from '@lucide/svelte/icons/martini';
import Medal from '@lucide/svelte/icons/medal';
import Monitor from '@lucide/svelte/icons/monitor';
import Mountain from '@lucide/svelte/icons/mountain';
import Music from '@lucide/svelte/icons/music';
import Newspaper from '@lucide/svelte/icons/newspaper';
import Package from '@lucide/svelte/icons/package';
import Paintbrush from '@lucide/svelte/icons/paintbrush';
import Palette from '@lucide/svelte/icons/palette';
import PartyPopper from '@lucide/svelte/icons/party-popper';
import PawPrint from '@lucide/svelte/icons/paw-print';
import Percent from '@lucide/svelte/icons/percent';
import Phone from '@lucide/svelte/icons/phone';
import PiggyBank from '@lucide/svelte/icons/piggy-bank';
import Pill from '@lucide/svelte/icons/pill';
import Pizza from '@lucide/svelte/icons/pizza';
import Plane from '@lucide/svelte/icons/plane';
import PlaneTakeoff from '@lucide/svelte/icons/plane-takeoff';
import Plug from '@lucide/svelte/icons/plug';
import Printer from '@lucide/svelte/icons/printer';
import Puzzle from '@lucide/svelte/icons/puzzle';
import Receipt from '@lucide/svelte/icons/receipt';
import ReceiptText from '@lucide/svelte/icons/receipt-text';
import Refrigerator from '@lucide/svelte/icons/refrigerator';
import Repeat from '@lucide/svelte/icons/repeat';
import Rocket from '@lucide/svelte/icons/rocket';
import Sailboat from '@lucide/svelte/icons/sailboat';
import Salad from '@lucide/svelte/icons/salad';
import Sandwich from '@lucide/svelte/icons/sandwich';
import Scale from '@lucide/svelte/icons/scale';
import School from '@lucide/svelte/icons/school';
import Scissors from '@lucide/svelte/icons/scissors';
import Shield from '@lucide/svelte/icons/shield';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Ship from '@lucide/svelte/icons/ship';
import Shirt from '@lucide/svelte/icons/shirt';
import ShoppingBag from '@lucide/svelte/icons/shopping-bag';
import ShoppingBasket from '@lucide/svelte/icons/shopping-basket';
import ShoppingCart from '@lucide/svelte/icons/shopping-cart';
import Smartphone from '@lucide/svelte/icons/smartphone';
import Sofa from '@lucide/svelte/icons/sofa';
import Soup from '@lucide/svelte/icons/soup';
import Sparkles from '@lucide/svelte/icons/sparkles';
import Sprout from '@lucide/svelte/icons/sprout';
import SquareParking from '@lucide/svelte/icons/square-parking';
import Star from '@lucide/svelte/icons/star';
import Stethoscope from '@lucide/svelte/icons/stethoscope';
import Store from '@lucide/svelte/icons/store';
import Sun from '@lucide/svelte/icons/sun';
import Tag from '@lucide/svelte/icons/tag';
import Tent from '@lucide/svelte/icons/tent';
import Theater from '@lucide/svelte/icons/theater';
import Ticket from '@lucide/svelte/icons/ticket';
import Tickets from '@lucide/svelte/icons/tickets';
import Toilet from '@lucide/svelte/icons/toilet';
import TrainFront from '@lucide/svelte/icons/train-front';
import TramFront from '@lucide/svelte/icons/tram-front';
import Trees from '@lucide/svelte/icons/trees';
import TrendingDown from '@lucide/svelte/icons/trending-down';
import TrendingUp from '@lucide/svelte/icons/trending-up';
import Trophy from '@lucide/svelte/icons/trophy';
import Truck from '@lucide/svelte/icons/truck';
import Tv from '@lucide/svelte/icons/tv';
import Umbrella from '@lucide/svelte/icons/umbrella';
import Undo2 from '@lucide/svelte/icons/undo-2';
import User from '@lucide/svelte/icons/user';
import Users from '@lucide/svelte/icons/users';
import Utensils from '@lucide/svelte/icons/utensils';
import UtensilsCrossed from '@lucide/svelte/icons/utensils-crossed';
import Vault from '@lucide/svelte/icons/vault';
import Wallet from '@lucide/svelte/icons/wallet';
import WalletCards from '@lucide/svelte/icons/wallet-cards';
import WalletMinimal from '@lucide/svelte/icons/wallet-minimal';
import Watch from '@lucide/svelte/icons/watch';
import Wifi from '@lucide/svelte/icons/wifi';
import Wine from '@lucide/svelte/icons/wine';
import Wrench from '@lucide/svelte/icons/wrench';
import Zap from '@lucide/svelte/icons/zap';
import type { Component } from 'svelte';

export const ICONS: Record<string, Component<{ size?: number; strokeWidth?: number }>> = {
  apple: Apple,
  armchair: Armchair,
  award: Award,
  baby: Baby,
  'badge-dollar-sign': BadgeDollarSign,
  'badge-percent': BadgePercent,
  'baggage-claim': BaggageClaim,
  banknote: Banknote,
  'banknote-arrow-up': BanknoteArrowUp,
  bath: Bath,
  bed: Bed,
  'bed-double': BedDouble,
  beer: Beer,
  bike: Bike,
  bird: Bird,
  blocks: Blocks,
  book: Book,
  'book-open': BookOpen,
  briefcase: Briefcase,
  'briefcase-business': BriefcaseBusiness,
  brush: Brush,
  building: Building,
  bus: Bus,
  cake: Cake,
  calendar: Calendar,
  camera: Camera,
  candy: Candy,
  car: Car,
  'car-front': CarFront,
  'car-taxi-front': CarTaxiFront,
  cat: Cat,
  'chart-line': ChartLine,
  'chart-pie': ChartPie,
  church: Church,
  cigarette: Cigarette,
  'circle-dollar-sign': CircleDollarSign,
  'circle-ellipsis': CircleEllipsis,
  'circle-parking': CircleParking,
  'circle-plus': CirclePlus,
  clapperboard: Clapperboard,
  coffee: Coffee,
  coins: Coins,
  cookie: Cookie,
  cpu: Cpu,
  'credit-card': CreditCard,
  dog: Dog,
  droplet: Droplet,
  droplets: Droplets,
  dumbbell: Dumbbell,
  egg: Egg,
  factory: Factory,
  film: Film,
  fish: Fish,
  flame: Flame,
  flower: Flower,
  'flower-2': Flower2,
  footprints: Footprints,
  fuel: Fuel,
  'gamepad-2': Gamepad2,
  gem: Gem,
  gift: Gift,
  glasses: Glasses,
  globe: Globe,
  'graduation-cap': GraduationCap,
  hammer: Hammer,
  'hand-coins': HandCoins,
  'hand-heart': HandHeart,
  'hand-helping': HandHelping,
  headphones: Headphones,
  heart: Heart,
  'heart-handshake': HeartHandshake,
  'heart-pulse': HeartPulse,
  hospital: Hospital,
  hotel: Hotel,
  house: House,
  'house-plug': HousePlug,
  'ice-cream-cone': IceCreamCone,
  key: Key,
  'key-round': KeyRound,
  lamp: Lamp,
  landmark: Landmark,
  laptop: Laptop,
  leaf: Leaf,
  library: Library,
  lightbulb: Lightbulb,
  luggage: Luggage,
  mail: Mail,
  map: Map,
  'map-pin': MapPin,
  martini: Martini,
  medal: Medal,
  monitor: Monitor,
  mountain: Mountain,
  music: Music,
  newspaper: Newspaper,
  package: Package,
  paintbrush: Paintbrush,
  palette: Palette,
  'party-popper': PartyPopper,
  'paw-print': PawPrint,
  percent: Percent,
  phone: Phone,
  'piggy-bank': PiggyBank,
  pill: Pill,
  pizza: Pizza,
  plane: Plane,
  'plane-takeoff': PlaneTakeoff,
  plug: Plug,
  printer: Printer,
  puzzle: Puzzle,
  receipt: Receipt,
  'receipt-text': ReceiptText,
  refrigerator: Refrigerator,
  repeat: Repeat,
  rocket: Rocket,
  sailboat: Sailboat,
  salad: Salad,
  sandwich: Sandwich,
  scale: Scale,
  school: School,
  scissors: Scissors,
  shield: Shield,
  'shield-check': ShieldCheck,
  ship: Ship,
  shirt: Shirt,
  'shopping-bag': ShoppingBag,
  'shopping-basket': ShoppingBasket,
  'shopping-cart': ShoppingCart,
  smartphone: Smartphone,
  sofa: Sofa,
  soup: Soup,
  sparkles: Sparkles,
  sprout: Sprout,
  'square-parking': SquareParking,
  star: Star,
  stethoscope: Stethoscope,
  store: Store,
  sun: Sun,
  tag: Tag,
  tent: Tent,
  theater: Theater,
  ticket: Ticket,
  tickets: Tickets,
  toilet: Toilet,
  'train-front': TrainFront,
  'tram-front': TramFront,
  trees: Trees,
  'trending-down': TrendingDown,
  'trending-up': TrendingUp,
  trophy: Trophy,
  truck: Truck,
  tv: Tv,
  umbrella: Umbrella,
  'undo-2': Undo2,
  user: User,
  users: Users,
  utensils: Utensils,
  'utensils-crossed': UtensilsCrossed,
  vault: Vault,
  wallet: Wallet,
  'wallet-cards': WalletCards,
  'wallet-minimal': WalletMinimal,
  watch: Watch,
  wifi: Wifi,
  wine: Wine,
  wrench: Wrench,
  zap: Zap
};
